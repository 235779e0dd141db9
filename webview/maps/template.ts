/** The whole page of maps. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Sources } from '../../src/common/content/lesson';
import type { EvolutionMap, MapTarget } from '../../src/common/content/maps';
import { errorNotice, type Remedies } from '../elements/errorNotice';
import { diagramPlace } from '../diagram/diagramDrawer';
import { pictureRoom } from '../common/page';
import { type LinkOpener, prose } from '../elements/prose';
import type { MapsState } from './state';
import { shapePicture } from './shapePicture';

/** Everything the user can do. */
export interface MapsActions extends Remedies, LinkOpener {
  follow(target: MapTarget): void;
  /** Scrolls to a map. */
  goTo(id: string): void;
}

/** What following a name does, by the kind of its target. */
const effects: Readonly<Record<string, string>> = {
  stage: 'Goes to the stage',
  part: 'Shows it live',
  source: 'Opens the paper',
};

export function template(state: MapsState, actions: MapsActions): TemplateResult {
  const { start, error } = state;
  return html`${
      start
        ? html`<nav class="places" aria-label="Maps">
            <ol>
              ${start.maps.map(
                ({ id, title }) =>
                  html`<li>
                    <button class="place" @click=${() => actions.goTo(id)}>${title}</button>
                  </li>`,
              )}
            </ol>
          </nav>`
        : nothing
    }
    <main class="lesson" tabindex="-1">
      ${
        error
          ? errorNotice(error, actions, 'Show the Selection')
          : start
            ? html`<article>
                <h1>The evolution of language models, in maps</h1>
                ${start.maps.map(map => section(map, start.sources, state, actions))}
              </article>`
            : nothing
      }
    </main>`;
}

const section = (map: EvolutionMap, sources: Sources, state: MapsState, actions: MapsActions) =>
  html`<section aria-labelledby=${`map-${map.id}`}>
    <h2 id=${`map-${map.id}`} tabindex="-1">${map.title}</h2>
    <p class="prose quiet">${prose(map.words, sources, actions)}</p>
    ${pictureOf(map, sources, state, actions)}
  </section>`;

function pictureOf(
  map: EvolutionMap,
  sources: Sources,
  { charts, pageWidth }: MapsState,
  actions: MapsActions,
): TemplateResult {
  const words = (text: string) => prose(text, sources, actions);
  switch (map.kind) {
    case 'chart': {
      const drawn = charts[map.id];
      return html`<figure class="diagram">
        ${diagramPlace(map.chart.size, pictureRoom(pageWidth ?? 800), drawn instanceof HTMLElement ? drawn : undefined)}
        <figcaption class="quiet">
          ${map.chart.words} ${typeof drawn === 'string' ? `(Not drawn: ${drawn})` : nothing}
        </figcaption>
      </figure>`;
    }
    case 'timeline':
      return html`<ol class="events">
        ${map.events.map(
          event =>
            html`<li>
              <span class="when quiet">${event.when}</span>
              <span>${name(event.name, event.opens, actions)} ${words(event.words)}</span>
            </li>`,
        )}
      </ol>`;
    case 'table':
      return html`<div class="wide-table" role="group" tabindex="0" aria-label=${map.title}>
        <table class="numbers">
          <thead>
            <tr>
              ${map.columns.map(column => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${map.rows.map(
              row =>
                html`<tr>
                  <th scope="row">${name(row.name, row.opens, actions)}</th>
                  ${row.cells.map(cell => html`<td>${words(cell)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
    case 'shapes':
      return html`<ul class="shapes">
        ${map.shapes.map(
          shape =>
            html`<li>
              ${shapePicture(shape)}
              <p>${name(shape.name, shape.opens, actions)}</p>
              <p class="small quiet">${shape.words}</p>
            </li>`,
        )}
      </ul>`;
  }
}

const name = (words: string, target: MapTarget, actions: MapsActions) =>
  html`<button
    class="text-button"
    title=${effects[target.split(':')[0] ?? ''] ?? nothing}
    @click=${() => actions.follow(target)}
  >
    ${words}
  </button>`;
