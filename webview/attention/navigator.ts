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
import type { Thumbnails } from '../matrix/thumbnails';
import { type RankedHead, scoreWords, sortsOf } from './ranking';
import { type HeadSort, sorts, sortWords } from './sorts';
import type { ViewModel } from './viewModel';

/** Space between two thumbnails, in CSS pixels; `page.css` has the same. */
export const thumbnailGap = 2;

/** Of the names under sorted heads, in CSS pixels; `attention.css` has the same. */
const captionHeight = 12;

/**
 * The heads of all layers as a grid of small matrices: rows are layers, columns heads; or sorted by a score, each with its
 * name.
 *
 * Hover and focus preview, a click keeps, shift adds to the average, a second click gives back the most telling head. A
 * row's or column's title stands for all of it. One stop of the tab key; arrow keys move inside.
 */
export function navigator(
  viewModel: ViewModel,
  sort: HeadSort,
  pictures: Thumbnails,
  actions: Actions,
): TemplateResult {
  const { chosen, attention, ranking } = viewModel;
  const { shape } = attention;
  const [layers, heads] = shape;
  const isAverage = isEvery(chosen, shape);
  return html`<section class="heads" aria-label="Heads">
    <div class="rail-title">
      ${sortChoice(viewModel, sort, actions)}
      ${
        layers * heads > 1
          ? html`<button
              class="text-button"
              aria-pressed=${isAverage}
              aria-label="Average of all heads"
              title="Show the average of all heads"
              @click=${actions.averageAll}
              @pointerenter=${() => actions.previewHeads(allHeads(shape))}
              @pointerleave=${() => actions.previewHeads(undefined)}
            >
              Average
            </button>`
          : nothing
      }
    </div>
    <div class="head-box">
      <div class="head-grid">
        <div class=${`thumbnails${ranking ? ' sorted' : ''}`}>
          ${ranking ? pictures.sorted(ranking, captionHeight) : pictures.element}
        </div>
        <div
          role="grid"
          aria-label=${ranking ? `Heads by: ${sortWords[sort].title}` : 'Layers and heads'}
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
          ${ranking ? rankedRows(viewModel, ranking, sort) : layerRows(viewModel)}
        </div>
      </div>
    </div>
  </section>`;
}

/** By what the heads are sorted. */
function sortChoice(
  { attention }: ViewModel,
  sort: HeadSort,
  actions: Actions,
): TemplateResult | typeof nothing {
  const [layers, heads] = attention.shape;
  return layers * heads === 1
    ? nothing
    : html`<select
        class="sort"
        aria-label="Sort the heads by"
        title=${sortWords[sort].explanation}
        @change=${(event: Event) => {
          const chosen = event.target instanceof HTMLSelectElement ? event.target.value : '';
          const next = sorts.find(each => each === chosen);
          if (next) {
            actions.sortHeads(next);
          }
        }}
      >
        ${sortsOf(attention).map(
          each =>
            html`<option
              value=${each}
              title=${sortWords[each].explanation}
              ?selected=${each === sort}
            >
              ${sortWords[each].title}
            </option>`,
        )}
      </select>`;
}

function layerRows(viewModel: ViewModel): TemplateResult {
  const [layers, heads] = viewModel.attention.shape;
  const layerIndexes = Array.from({ length: layers }, (_, layer) => layer);
  const headIndexes = Array.from({ length: heads }, (_, head) => head);
  // Those chosen may be another model's.
  const stop = viewModel.chosen.find(one => isThere(one, viewModel.attention.shape)) ?? {
    ...{ layer: 0, head: 0 },
  };
  return html`<div role="row" class="grid-row">
      <span role="gridcell" class="corner" aria-label="Layer and head"></span>
      ${headIndexes.map(
        head =>
          html`<span
            role="columnheader"
            class="grid-title"
            tabindex="-1"
            data-row="-1"
            data-column=${head}
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
            data-row=${layer}
            data-column="-1"
            data-layer=${layer}
            aria-label=${`Layer ${layer + 1}, all heads`}
            title=${`Layer ${layer + 1}, all heads`}
            >${layer + 1}</span
          >
          ${headIndexes.map(head =>
            thumbnail(viewModel, { layer, head }, [layer, head], isSameHead(stop, { layer, head })),
          )}
        </div>`,
    )}`;
}

function rankedRows(
  viewModel: ViewModel,
  ranking: readonly RankedHead[],
  sort: HeadSort,
): TemplateResult {
  const columns = viewModel.attention.shape[1];
  const rows = Array.from({ length: Math.ceil(ranking.length / columns) }, (_, row) =>
    ranking.slice(row * columns, (row + 1) * columns),
  );
  const chosen = ranking.findIndex(one => viewModel.chosen.some(each => isSameHead(each, one)));
  const stop = Math.max(0, chosen);
  return html`${rows.map(
    (heads, row) =>
      html`<div role="row" class="grid-row sorted">
        ${heads.map((head, column) => {
          const place = row * columns + column;
          const usually =
            head.usual === undefined ? '' : `, usually ${scoreWords(sort, head.usual)}`;
          return thumbnail(viewModel, head, [row, column], place === stop, {
            rank: place + 1,
            score: `${scoreWords(sort, head.score)}${usually}`,
          });
        })}
      </div>`,
  )}`;
}

function thumbnail(
  { chosen, choice, off }: ViewModel,
  position: HeadPosition,
  [row, column]: readonly [row: number, column: number],
  isStop: boolean,
  ranked?: { readonly rank: number; readonly score: string },
): TemplateResult {
  const isChosen = chosen.some(one => isSameHead(one, position));
  const isPreviewed = choice !== chosen && choice.some(one => isSameHead(one, position));
  const { layer, head } = position;
  const isOff = off.some(one => isSameHead(one, position));
  const name = `Layer ${layer + 1}, head ${head + 1}${isOff ? ', switched off' : ''}`;
  return html`<span
    role="gridcell"
    class=${`thumbnail${isChosen ? ' chosen' : ''}${isPreviewed ? ' previewed' : ''}${isOff ? ' off' : ''}`}
    tabindex=${isStop ? 0 : -1}
    data-row=${row}
    data-column=${column}
    data-layer=${layer}
    data-head=${head}
    aria-selected=${isChosen}
    aria-label=${ranked ? `${ranked.rank}: ${name}, ${ranked.score}` : name}
    title=${ranked ? `${name}: ${ranked.score}` : nothing}
    >${
      ranked
        ? html`<span class="caption" aria-hidden="true">${layer + 1}·${head + 1}</span>`
        : nothing
    }</span
  >`;
}

/** The heads that an element of the grid stands for. */
function headsAt(event: Event, shape: Shape): readonly HeadPosition[] | undefined {
  const target = event.target instanceof Element ? event.target.closest('[data-row]') : null;
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
  const row = Number(target.dataset['row']);
  const column = Number(target.dataset['column']);
  const moves: Partial<Record<string, readonly [row: number, column: number]>> = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [row, 0],
    End: [row, shape[1] - 1],
    PageUp: [0, column],
    PageDown: [shape[0] - 1, column],
  };
  const move = moves[event.key];
  if (!move) {
    return;
  }
  event.preventDefault();
  const next = currentTarget.querySelector(`[data-row="${move[0]}"][data-column="${move[1]}"]`);
  if (next instanceof HTMLElement) {
    next.focus();
  }
}
