/** The grid of positions and layers, the chosen cell in words, and the ranks of watched tokens. */
import { html, nothing, type TemplateResult } from 'lit';
import type { LensColumn } from '../../src/common/protocol/engine/lens';
import type { RankCurve } from '../charts/rankCurves';
import { percent } from '../../src/common/text/percent';
import { count, duration, thousands } from '../common/numbers';
import { drawn } from './bars';
import { layerName } from './lens';
import { spelled, type Spellings } from './tokenLabels';
import type { LayersActions } from './gridReader';
import { type Cell, cellInWords, chosenCell, type LayersState, type ShownGrid } from './lensGrid';

export interface LayersView {
  readonly layers: LayersState;
  readonly spellings: Spellings;
  /** Whether the grid is of what is looked at. */
  readonly isCurrent: boolean;
  readonly vocabSize: number;
  /** Ids of the tokens of the text, the last ones those of the grid. */
  readonly ids: readonly number[];
  readonly chart: Element | undefined;
}

/** Each position and each layer. A cell is a button; arrow keys move over the cells, which are one stop of the Tab key. */
export function layerGrid(view: LayersView, actions: LayersActions): TemplateResult {
  const { layers, isCurrent } = view;
  const { grid, isReading, error } = layers;
  const done = grid?.columns.length ?? 0;
  return html`<div class="layer-grid">
    <p class="grid-state" role="status">
      ${
        isReading
          ? html`Reading position ${done + 1}${grid ? ` of ${grid.total}` : ''} …
              <button class="text-button" @click=${actions.cancel}>Stop</button>`
          : error
            ? html`${error.message}`
            : !grid || !isCurrent || done < grid.total
              ? html`${grid && !isCurrent ? 'This is of the text before. ' : ''}
                  <button class="text-button" @click=${actions.read}>
                    ${grid ? 'Read Again' : 'Read the Layers'}
                  </button>`
              : html`${count(done, 'position')} × ${(grid.columns[0]?.length ?? 1) - 1} layers in
                ${duration(grid.whole?.runMs ?? 0)}`
      }
    </p>
    ${grid && done > 0 ? filled(view, grid, actions) : nothing} ${watching(view, actions)}
    ${view.chart ?? nothing}
  </div>`;
}

function filled(view: LayersView, grid: ShownGrid, actions: LayersActions): TemplateResult {
  const { layers, spellings, isCurrent, vocabSize, ids } = view;
  const { columns, total } = grid;
  const chosen = chosenCell(layers);
  const depth = columns[0]?.length ?? 0;
  const source = grid.whole ? grid.whole.source.map(({ id }) => id) : ids;
  const read = source.slice(source.length - total);
  const column = chosen && columns[chosen.column];
  const labelOf = (id: number) => spelled(spellings, id).label;
  return html`<div class=${`grid-box${isCurrent ? '' : ' dimmed'}`} tabindex="-1">
      <table
        class="grid-cells code"
        role="grid"
        aria-label="Positions and layers"
        @keydown=${(event: KeyboardEvent) => onKey(event, columns, chosen, actions)}
      >
        <thead>
          <tr>
            <th scope="col" class="quiet">Layer</th>
            ${columns.map(
              (_, index) =>
                html`<th scope="col" title="Read up to here">
                  ${drawn(spelled(spellings, read[index] ?? 0))}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${Array.from({ length: depth }, (_, row) => depth - 1 - row).map(
            layer =>
              html`<tr>
                <th scope="row" class="quiet">${layer === 0 ? 'emb' : layer}</th>
                ${columns.map((each, index) =>
                  cellOf(each, { column: index, layer }, chosen, spellings, actions),
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="grid-legend quiet small" aria-hidden="true">
      0 %<span class="grid-ramp"></span>100 % of its layer
    </p>
    <p class="grid-words" aria-live="polite">
      ${column ? cellInWords(column, chosen.layer, vocabSize, labelOf) : nothing}
    </p>`;
}

function cellOf(
  column: LensColumn,
  place: Cell,
  chosen: Cell | undefined,
  spellings: Spellings,
  actions: LayersActions,
): TemplateResult {
  const best = column[place.layer]?.best;
  const isChosen = chosen?.column === place.column && chosen.layer === place.layer;
  const token = spelled(spellings, best?.id ?? 0);
  const share = best?.probability ?? 0;
  return html`<td role="gridcell" aria-selected=${isChosen}>
    <button
      class="grid-cell"
      style=${`--share: ${share.toFixed(3)}`}
      tabindex=${isChosen ? 0 : -1}
      data-cell=${`${place.column},${place.layer}`}
      title=${`${layerName(place.layer)}: ${token.label}, ${percent(share)}`}
      aria-label=${`${layerName(place.layer)}: ${token.label}, ${percent(share)}`}
      @click=${() => actions.choose(place)}
    >
      ${drawn(token)}
    </button>
  </td>`;
}

function watching({ layers, spellings }: LayersView, actions: LayersActions): TemplateResult {
  return html`<form
      class="watching"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const field =
          event.target instanceof HTMLFormElement && event.target.elements.namedItem('word');
        if (field instanceof HTMLInputElement) {
          actions.watchWord(field.value);
          field.value = '';
        }
      }}
    >
      <label>Watch <input name="word" class="code" maxlength="60" placeholder="a word" /></label>
      <button class="text-button">Add</button>
      ${layers.watched.map(
        ({ id }) =>
          html`<button
            type="button"
            class="token code chip"
            title="Watch no longer"
            aria-label=${`Watch ${spelled(spellings, id).label} no longer`}
            @click=${() => actions.unwatch(id)}
          >
            ${drawn(spelled(spellings, id))} ×
          </button>`,
      )}
    </form>
    ${layers.note ? html`<p class="quiet small" role="status">${layers.note}</p>` : nothing}`;
}

/** At the chosen position: what the model says in the end, and the watched tokens. */
export function curvesOf({ layers, spellings }: Pick<LayersView, 'layers' | 'spellings'>): {
  readonly curves: readonly RankCurve[];
  readonly words: string;
} {
  const chosen = chosenCell(layers);
  const { grid } = layers;
  const column = chosen && grid?.columns[chosen.column];
  const last = column?.at(-1);
  if (!grid || !column || !last) {
    return { curves: [], words: '' };
  }
  const curve = (id: number, ranks: readonly number[]): RankCurve => ({
    name: spelled(spellings, id).label,
    ranks,
  });
  const kept = new Set(layers.watched.map(({ id }) => id));
  const curves = [
    curve(
      last.best.id,
      column.map(({ end }) => end.rank),
    ),
    ...grid.watched.flatMap(({ id }, index) =>
      id === last.best.id || !kept.has(id)
        ? []
        : [
            curve(
              id,
              column.map(({ watched }) => watched[index]?.rank ?? 1),
            ),
          ],
    ),
  ];
  const words = curves
    .map(({ name, ranks }) => {
      const [from, to] = [ranks[0] ?? 0, ranks.at(-1) ?? 0];
      return `${name} from rank ${thousands(from)} to ${thousands(to)}`;
    })
    .join('; ');
  return { curves, words: `Ranks through the layers: ${words}.` };
}

function onKey(
  event: KeyboardEvent,
  columns: readonly LensColumn[],
  chosen: Cell | undefined,
  actions: LayersActions,
): void {
  const steps: Partial<Record<string, readonly [columns: number, layers: number]>> = {
    ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] },
    ...{ Home: [-columns.length, 0], End: [columns.length, 0] },
  };
  const step = steps[event.key];
  if (!step || !chosen) {
    return;
  }
  event.preventDefault();
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const column = within(chosen.column + step[0], columns.length - 1);
  const layer = within(chosen.layer + step[1], (columns[0]?.length ?? 1) - 1);
  actions.choose({ column, layer });
  const table = event.currentTarget instanceof HTMLElement ? event.currentTarget : undefined;
  table?.querySelector<HTMLElement>(`[data-cell="${column},${layer}"]`)?.focus();
}
