import { html, nothing, type TemplateResult } from 'lit';
import { ordinal, percent, thousands } from '../page/numbers';
import { elide } from '../../src/shared/tokenText';
import { headsInWords } from './heads';
import { explanation, inWords } from './headSummary';
import type { Link } from './link';
import type { MatrixView } from './matrixView';
import type { Scene } from './scene';

const longestName = 28;
const mostNames = 3;

/** "it", "it, was", "all 31 tokens": the tokens that look. */
export function namesOf(view: MatrixView, queries: readonly number[]): string {
  const names = queries.slice(0, mostNames).map(row => nameOf(view.queries[row]?.label ?? ''));
  return (
    names.join(', ') + (queries.length > mostNames ? ` and ${queries.length - mostNames} more` : '')
  );
}

const nameOf = (label: string) => elide(label, longestName);

/** "Of all attention of it, 43.2 % goes to cat, the 2nd of 31: layer 5, head 3." For a screen reader. */
export function linkSentence(scene: Scene, link: Link): string {
  const { view } = scene;
  const key = nameOf(view.keys[link.key]?.label ?? '');
  const place = `the ${ordinal(link.rank)} of ${thousands(view.keys.length)}`;
  const heads = headsInWords(scene.choice, scene.attention.shape);
  return `Of all attention of ${namesOf(view, link.queries)}, ${percent(link.weight)} goes to ${key}, ${place}: ${heads}.`;
}

/** The line that is always there: which link, how strong, which place, which head; under it what the head does. */
export function words(scene: Scene): TemplateResult {
  const { view, link, choice, attention, lit, summary } = scene;
  const heads = headsInWords(choice, attention.shape);
  const isOne = choice.length === 1;
  const isStrongest = lit.queries.length === 0 && lit.key === undefined;
  return html`<div class="words">
    <p
      class="link"
      title=${link ? `${link.weight.toPrecision(6)}: ${linkSentence(scene, link)}` : nothing}
    >
      ${
        link
          ? html`${
                isStrongest
                  ? html`<span
                      class="quiet nowrap"
                      title="The strongest link between two different words"
                      >Strongest</span
                    >`
                  : nothing
              }
              <span class="pair"
                ><bdi class="code">${namesOf(view, link.queries)}</bdi>
                <span class="arrow" aria-label="to">→</span>
                <bdi class="code">${nameOf(view.keys[link.key]?.label ?? '')}</bdi></span
              >
              <strong>${percent(link.weight)}</strong>
              <span class="quiet">${ordinal(link.rank)} of ${thousands(view.keys.length)}</span>`
          : html`<span class="quiet">Nothing is left to show: take back one of the filters.</span>`
      }
      <span class="quiet heads-shown" title=${heads}>${heads}</span>
    </p>
    ${
      summary
        ? html`<p class="summary quiet" title=${explanation(summary)}>
            ${isOne ? 'This head' : 'These heads'}: ${lowerFirst(inWords(summary))}
          </p>`
        : nothing
    }
  </div>`;
}

const lowerFirst = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
