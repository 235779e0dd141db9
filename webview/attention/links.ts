/** What tokens look at most: as bars beside the picture, and as a table for a screen reader. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Link, strongest } from '../matrix/link';
import { keysSeen, type MatrixView } from '../matrix/matrixView';
import { headName, isSameHead } from '../matrix/heads';
import type { HeadPosition } from '../../src/common/attention/attention';
import { linkScores, ranked } from '../../src/common/attention/headScores';
import type { Actions } from './actions';
import { tokensOfLink, type ViewModel } from './viewModel';
import { nameOf } from '../matrix/units';
import { namesOf } from './labels';
import { percent } from '../../src/common/text/percent';
import { thousands } from '../common/numbers';

/** What the lit tokens look at most, and the heads that give most to the link spoken of: two lists with bars. */
export function lists(
  viewModel: ViewModel,
  link: Link,
  maxLength: number,
  actions: Actions,
): TemplateResult {
  const [layers, heads] = viewModel.attention.shape;
  return html`<div class="lists">
    ${linkList(viewModel.view, link, maxLength)}
    ${layers * heads > 1 && !link.isMasked ? headList(viewModel, link, maxLength, actions) : nothing}
  </div>`;
}

function linkList(view: MatrixView, link: Link, maxLength: number): TemplateResult {
  const all = strongest(view, link.queries, keysSeen(view, ...link.queries));
  // One more takes no more room than to say so.
  const shown = all.length === maxLength + 1 ? all.length : maxLength;
  const links = all.slice(0, shown);
  const others = all.slice(shown);
  const name = (key: number) => view.keys.slice(key, key + 1).map(nameOf);
  return html`<section class="links" aria-label="Strongest">
    <h2>
      <bdi class="code">${namesOf(view, link.queries)}</bdi> <span class="quiet">looks at</span>
    </h2>
    <ol>
      ${links.map(
        ({ key, weight }) =>
          html`<li class=${key === link.key ? 'current' : ''}>
            <bdi class="code name">${name(key)}</bdi>
            ${bar(weight, links[0]?.weight)}
            <span class="share">${percent(weight)}</span>
          </li>`,
      )}
    </ol>
    ${
      others.length > 0
        ? html`<p class="quiet more">
            ${thousands(others.length)} more, together
            ${percent(others.reduce((sum, { weight }) => sum + weight, 0))}
          </p>`
        : nothing
    }
  </section>`;
}

/** The heads that give most to a link; a click shows one. */
function headList(
  { view, attention, choice }: ViewModel,
  link: Link,
  maxLength: number,
  actions: Actions,
): TemplateResult {
  const tokens = tokensOfLink(view, link);
  const heads = ranked(linkScores(attention, tokens.queries, tokens.keys), attention).slice(
    0,
    maxLength,
  );
  const isShown = (head: HeadPosition) =>
    choice.length === 1 && choice.some(each => isSameHead(each, head));
  return html`<section class="links" aria-label="Heads for this link">
    <h2>
      <span class="quiet">Heads for</span>
      <bdi class="code">${namesOf(view, link.queries)}</bdi>
      <span class="arrow" aria-label="to">→</span>
      <bdi class="code">${view.keys.slice(link.key, link.key + 1).map(nameOf)}</bdi>
    </h2>
    <ol>
      ${heads.map(
        head =>
          html`<li class=${isShown(head) ? 'current' : ''}>
            <button
              title=${`Show layer ${head.layer + 1}, head ${head.head + 1}`}
              aria-current=${isShown(head)}
              @click=${() => actions.chooseHeadFor(head, tokens)}
            >
              <span class="name">${headName(head)}</span>
              ${bar(head.score, heads[0]?.score)}
              <span class="share">${percent(head.score)}</span>
            </button>
          </li>`,
      )}
    </ol>
  </section>`;
}

const bar = (weight: number, max = 1) =>
  html`<meter aria-hidden="true" min="0" .max=${max || 1} .value=${weight}></meter>`;

const linksOfEach = 3;
/** More rows would be a burden and not a help; the text alternative has them all. */
const maxTableRows = 128;

/** What each token looks at most, as a table that only a screen reader meets. */
export function strongLinks(view: MatrixView, heads: string): TemplateResult {
  const places = Array.from({ length: linksOfEach }, (_, place) => place);
  return html`<table>
    <caption>
      Strongest attention of each token,
      ${heads}${view.queries.length > maxTableRows ? `, first ${maxTableRows} tokens` : ''}
    </caption>
    <thead>
      <tr>
        <th scope="col">Token</th>
        ${places.map(place => html`<th scope="col">Looks at, ${place + 1}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${view.queries.slice(0, maxTableRows).map(
        (unit, row) =>
          html`<tr>
            <th scope="row">${nameOf(unit)}</th>
            ${strongest(view, [row], linksOfEach).map(
              ({ key, weight }) =>
                html`<td>${view.keys.slice(key, key + 1).map(nameOf)} ${percent(weight)}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
