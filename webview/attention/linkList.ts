import { html, nothing, type TemplateResult } from 'lit';
import { percent, thousands } from '../common/numbers';
import { strongest, type Link } from '../matrix/link';
import { keysSeen, type MatrixView } from '../matrix/matrixView';
import { nameOf } from '../matrix/units';
import { namesOf } from './words';

const linksShown = 12;

/** What the lit tokens look at most, as bars; beside the picture where there is room. */
export function linkList(view: MatrixView, link: Link): TemplateResult {
  const all = strongest(view, link.queries, keysSeen(view, ...link.queries));
  const links = all.slice(0, linksShown);
  const others = all.slice(linksShown);
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
