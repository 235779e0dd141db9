/** The grid of all layers and heads, by pointer and keyboard. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Actions } from './actions';
import {
  headsOfColumn,
  headsOfLayer,
  isEvery,
  isSameHead,
  isThere,
  type Shape,
} from '../matrix/heads';
import { allHeads, type HeadPosition } from '../../src/common/attention/attention';
import type { ViewModel } from './viewModel';

/** Space between two thumbnails, in CSS pixels; `page.css` has the same. */
export const thumbnailGap = 2;

/**
 * The heads of all layers as a grid of small matrices: rows are layers, columns heads.
 *
 * Hover and focus preview, a click keeps, shift adds to the average, a second click gives back the average of
 * all. A row's or column's title stands for all of it. One stop of the tab key; arrow keys move inside.
 */
export function navigator(
  viewModel: ViewModel,
  chosen: readonly HeadPosition[],
  pictures: HTMLCanvasElement,
  actions: Actions,
): TemplateResult {
  const { shape } = viewModel.attention;
  const [layers, heads] = shape;
  const isAverage = isEvery(chosen, shape);
  const isChosen = (position: HeadPosition) => chosen.some(one => isSameHead(one, position));
  const isPreviewed = (position: HeadPosition) =>
    viewModel.choice !== chosen && viewModel.choice.some(one => isSameHead(one, position));
  const layerIndexes = Array.from({ length: layers }, (_, layer) => layer);
  const headIndexes = Array.from({ length: heads }, (_, head) => head);
  // Those chosen may be another model's.
  const stop = chosen.find(one => isThere(one, shape)) ?? { layer: 0, head: 0 };

  return html`<section class="heads" aria-label="Heads">
    <div class="rail-title">
      <h2>Layers, heads</h2>
      ${
        layers * heads > 1
          ? html`<button
              class="text-button"
              aria-pressed=${isAverage}
              title="Show the average of all heads"
              @click=${actions.averageAll}
              @pointerenter=${() => actions.previewHeads(allHeads(shape))}
              @pointerleave=${() => actions.previewHeads(undefined)}
            >
              Average of all
            </button>`
          : nothing
      }
    </div>
    <div class="head-grid">
      <div class="thumbnails">${pictures}</div>
      <div
        role="grid"
        aria-label="Layers and heads"
        aria-multiselectable="true"
        @pointerover=${(event: Event) => preview(event, shape, actions)}
        @pointerleave=${() => actions.previewHeads(undefined)}
        @focusin=${(event: Event) => {
          if (event.target instanceof Element && event.target.matches(':focus-visible')) {
            preview(event, shape, actions);
          }
        }}
        @focusout=${() => actions.previewHeads(undefined)}
        @click=${(event: MouseEvent) => choose(event, event.shiftKey, shape, actions)}
        @keydown=${(event: KeyboardEvent) => onKey(event, shape, actions)}
      >
        <div role="row" class="grid-row">
          <span role="gridcell" class="corner" aria-label="Layer and head"></span>
          ${headIndexes.map(
            head =>
              html`<span
                role="columnheader"
                class="grid-title"
                tabindex="-1"
                data-head=${head}
                aria-label=${`Head ${head + 1} of all layers`}
                title=${`Head ${head + 1} of all layers`}
                >${head + 1}</span
              >`,
          )}
        </div>
        ${layerIndexes.map(
          layer =>
            html`<div role="row" class="grid-row">
              <span
                role="rowheader"
                class="grid-title"
                tabindex="-1"
                data-layer=${layer}
                aria-label=${`Layer ${layer + 1}, all heads`}
                title=${`Layer ${layer + 1}, all heads`}
                >${layer + 1}</span
              >
              ${headIndexes.map(head => {
                const position = { layer, head };
                const isStop = isSameHead(stop, position);
                return html`<span
                  role="gridcell"
                  class=${`thumbnail${isChosen(position) ? ' chosen' : ''}${isPreviewed(position) ? ' previewed' : ''}`}
                  tabindex=${isStop ? 0 : -1}
                  data-layer=${layer}
                  data-head=${head}
                  aria-selected=${isChosen(position)}
                  aria-label=${`Layer ${layer + 1}, head ${head + 1}`}
                ></span>`;
              })}
            </div>`,
        )}
      </div>
    </div>
  </section>`;
}

/** The heads that an element of the grid stands for. */
function headsAt(event: Event, shape: Shape): readonly HeadPosition[] | undefined {
  const target = event.target;
  if (!(target instanceof HTMLElement)) {
    return undefined;
  }
  const { layer, head } = target.dataset;
  if (layer !== undefined && head !== undefined) {
    return [{ layer: Number(layer), head: Number(head) }];
  }
  return layer !== undefined
    ? headsOfLayer(Number(layer), shape)
    : head !== undefined
      ? headsOfColumn(Number(head), shape)
      : undefined;
}

function preview(event: Event, shape: Shape, actions: Actions): void {
  actions.previewHeads(headsAt(event, shape));
}

function choose(event: Event, isAdding: boolean, shape: Shape, actions: Actions): void {
  const heads = headsAt(event, shape);
  if (heads) {
    actions.chooseHeads(heads, isAdding);
  }
}

function onKey(event: KeyboardEvent, shape: Shape, actions: Actions): void {
  const { target, currentTarget } = event;
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) {
    return;
  }
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    choose(event, event.shiftKey, shape, actions);
    return;
  }
  // Titles stand at -1, before the first layer and the first head.
  const row = Number(target.dataset['layer'] ?? -1);
  const column = Number(target.dataset['head'] ?? -1);
  const last = { row: shape[0] - 1, column: shape[1] - 1 };
  const moves: Partial<Record<string, readonly [row: number, column: number]>> = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [row, 0],
    End: [row, last.column],
    PageUp: [0, column],
    PageDown: [last.row, column],
  };
  const move = moves[event.key];
  if (!move) {
    return;
  }
  event.preventDefault();
  const selector =
    (move[0] >= 0 ? `[data-layer="${move[0]}"]` : ':not([data-layer])') +
    (move[1] >= 0 ? `[data-head="${move[1]}"]` : ':not([data-head])');
  const next = currentTarget.querySelector(`[tabindex]${selector}`);
  if (next instanceof HTMLElement) {
    next.focus();
  }
}
