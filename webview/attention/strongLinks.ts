import { html, type TemplateResult } from 'lit';
import { percent } from '../common/numbers';
import { strongest } from '../matrix/link';
import type { MatrixView } from '../matrix/matrixView';
import { nameOf } from '../matrix/units';

const linksOfEach = 3;
/** More rows would be a burden and not a help; the text alternative has them all. */
const mostRows = 128;

/** What each token looks at most, as a table that only a screen reader meets. */
export function strongLinks(view: MatrixView, heads: string): TemplateResult {
  const places = Array.from({ length: linksOfEach }, (_, place) => place);
  return html`<table>
    <caption>
      Strongest attention of each token,
      ${heads}${view.queries.length > mostRows ? `, first ${mostRows} tokens` : ''}
    </caption>
    <thead>
      <tr>
        <th scope="col">Token</th>
        ${places.map(place => html`<th scope="col">Looks at, ${place + 1}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${view.queries.slice(0, mostRows).map(
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
