import { html, type TemplateResult } from 'lit';
import { percent } from '../page/numbers';
import { strongest, type Link } from './link';
import type { MatrixView } from './matrixView';
import { namesOf } from './words';

const linksShown = 12;

/** What the lit tokens look at most, as bars; beside the picture where there is room. */
export function linkList(view: MatrixView, link: Link): TemplateResult {
  const links = strongest(view, link.queries, linksShown);
  return html`<section class="links" aria-label="Strongest">
    <h2>
      <bdi class="code">${namesOf(view, link.queries)}</bdi> <span class="quiet">looks at</span>
    </h2>
    <ol>
      ${links.map(
        ({ key, weight }) =>
          html`<li class=${key === link.key ? 'current' : ''}>
            <bdi class="code name">${view.keys[key]?.label}</bdi>
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
  </section>`;
}
