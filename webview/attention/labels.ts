/** The words of the page of attention. */
import { html, nothing, type TemplateResult } from 'lit';
import { explanation, inWords, isSameHead } from '../matrix/heads';
import { sortWords } from './sorts';
import { isBetweenWords, type Link } from '../matrix/link';
import type { MatrixView } from '../matrix/matrixView';
import type { ViewModel } from './viewModel';
import { shownInWords } from './weights/weightsChoice';
import { nameOf, type Unit } from '../matrix/units';
import { percent } from '../../src/common/text/percent';
import { ordinal, thousands } from '../common/numbers';

const maxNames = 3;

/** "it", "it, was", "all 31 tokens": the tokens that look. */
export function namesOf(view: MatrixView, queries: readonly number[]): string {
  const names = queries.slice(0, maxNames).flatMap(row => nameAt(view.queries, row));
  return (
    names.join(', ') + (queries.length > maxNames ? ` and ${queries.length - maxNames} more` : '')
  );
}

/** Nothing where there is no such unit. */
const nameAt = (units: readonly Unit[], index: number): readonly string[] =>
  units.slice(index, index + 1).map(nameOf);

/** "Of all attention of it, 43.2 % goes to cat, the 2nd of 31: layer 5, head 3." For a screen reader. */
export function linkSentence(viewModel: ViewModel, link: Link): string {
  const { view } = viewModel;
  const [key = ''] = nameAt(view.keys, link.key);
  const names = namesOf(view, link.queries);
  if (link.isMasked) {
    return `${names} may not look at ${key}, which comes later.`;
  }
  const place = `the ${ordinal(link.rank)} of ${thousands(link.of)}`;
  const heads = shownInWords(viewModel.shownKind, viewModel.choice, viewModel.attention.shape);
  return `Of all attention of ${names}, ${percent(link.weight)} goes to ${key}, ${place}: ${heads}.`;
}

/** "43.2 % it → cat, 2nd of 31". The number stands first: what is said of it may need a second line. */
function linkWords({ view }: ViewModel, link: Link, isStrongest: boolean): TemplateResult {
  const areWords = isBetweenWords(view.queries[link.queries[0] ?? -1], view.keys[link.key]);
  const strongest = areWords
    ? html`<span class="quiet nowrap" title="The strongest link between two different words"
        >Strongest between words</span
      >`
    : html`<span class="quiet nowrap" title="The strongest link of the picture">Strongest</span>`;
  return html`${isStrongest ? strongest : nothing}
    ${link.isMasked ? nothing : html`<strong>${percent(link.weight)}</strong>`}
    <span class="pair"
      ><bdi class="code">${namesOf(view, link.queries)}</bdi>
      <span class="arrow" aria-label="to">→</span>
      <bdi class="code">${nameAt(view.keys, link.key)}</bdi></span
    >
    <span class="quiet"
      >${
        link.isMasked ? 'may not look ahead' : `${ordinal(link.rank)} of ${thousands(link.of)}`
      }</span
    >`;
}

/** The line that is always there: which link, how strong, which place, which head; under it what the head does. */
export function words(viewModel: ViewModel): TemplateResult {
  const { link, choice, attention, shownKind, lit, summary } = viewModel;
  const heads = shownInWords(shownKind, choice, attention.shape);
  const isStrongest = lit.queries.length === 0 && lit.key === undefined;
  return html`<div class="words">
    <p class="link" title=${link ? titleOf(viewModel, link) : nothing}>
      ${
        link
          ? linkWords(viewModel, link, isStrongest)
          : html`<span class="quiet">Nothing is left to show: take back one of the filters.</span>`
      }
    </p>
    <p class="summary quiet">
      <span class="heads-shown">${capitalized(heads)}.</span> ${why(viewModel)}
      ${summary ? html`<span title=${explanation(summary)}>${inWords(summary)}</span>` : nothing}
    </p>
  </div>`;
}

/** Why this head is the one that is shown, where nobody chose it. */
function why({ telling, chosen, choice, attention }: ViewModel): TemplateResult | typeof nothing {
  const total = attention.shape[0] * attention.shape[1];
  const isIt =
    telling &&
    choice === chosen &&
    chosen.length === 1 &&
    chosen.some(one => isSameHead(one, telling));
  return isIt && total > 1
    ? html`<span
        class="telling"
        title=${`Score ${telling.score.toPrecision(3)}: ${sortWords.telling.explanation}`}
        >Most telling of ${thousands(total)} heads here.</span
      >`
    : nothing;
}

/** The sentence, with the weight as exactly as it is known. */
const titleOf = (viewModel: ViewModel, link: Link) =>
  `${link.isMasked ? '' : `${link.weight.toPrecision(6)}: `}${linkSentence(viewModel, link)}`;

const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
