/** What tokens look at most: as bars beside the picture, and as a table for a screen reader. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Link, strongest } from '../matrix/link';
import { keysSeen, type MatrixView } from '../matrix/matrixView';
import { nameOf } from '../matrix/units';
import { namesOf } from './labels';
import { percent } from '../../src/common/text/percent';
import { thousands } from '../common/numbers';

const maxLinks = 12;

/** What the lit tokens look at most, as bars; beside the picture where there is room. */
export function linkList(view: MatrixView, link: Link): TemplateResult {
  const all = strongest(view, link.queries, keysSeen(view, ...link.queries));
  const links = all.slice(0, maxLinks);
  const others = all.slice(maxLinks);
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
            <meter
              aria-hidden="true"
              min="0"
              .max=${links[0]?.weight || 1}
              .value=${weight}
            ></meter>
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
