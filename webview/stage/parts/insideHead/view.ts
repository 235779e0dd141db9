/** The look of "Inside one head": the weights, the table of one query, and its vectors. */
import { html, nothing, type TemplateResult } from 'lit';
import { reachOf } from '../../../charts/canvas';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { deviceNames } from '../../../../src/common/protocol/engine/types';
import { matrixView, type MatrixView } from '../../../matrix/matrixView';
import type { Unit } from '../../../matrix/units';
import { type Head, type QuerySteps, termsOf, vectorAt } from '../../math/attentionHead';
import { attentionMap, cellUnder } from '../../part/attentionMap';
import { choices, numberChoices } from '../../part/controls';
import { figureWidth, wideFrom } from '../../part/frame';
import type { PartView } from '../../part/livePart';
import { joinRows, paintRows, type VectorRows } from '../../part/vectorRows';
import {
  type HeadRun,
  type InsideHeadState,
  kinds,
  maxDifference,
  type Selection,
  type Settings,
} from './state';
import { percent } from '../../../../src/common/text/percent';
import { decimal, duration } from '../../../common/numbers';

/** The number of dimensions of a product whose values are listed. */
const maxTerms = 3;

export interface InsideHeadActions {
  set(change: Partial<Settings>): void;
  select(selection: Partial<Pick<InsideHeadState, 'query' | 'key'>>): void;
}

export function createView(
  actions: InsideHeadActions,
): (selection: Selection, kind: Settings['kind'], view: PartView) => TemplateResult {
  const map = attentionMap('inside-head', 360);
  const weights = memo(weightsOf);
  const difference = memo(maxDifference);
  const vectors = createVectors();
  return (selection, kind, { theme, width }) => {
    const { run, headIndex, queryIndex, keyIndex } = selection;
    const { attention, analysis, queries, keys, inside } = run;
    const [layers, heads] = attention.shape;
    const isWide = width >= wideFrom;
    const matrix = weights(run, headIndex);
    const picture = map.draw(matrix, theme, isWide ? width * 0.46 : width);
    picture.light({ queries: [queryIndex], key: keyIndex, locked: [] });
    return html`<div class="row-of-buttons">
        ${choices('Which attention', kinds, kind, chosen => actions.set({ kind: chosen }))}
        ${numberChoices('Layer', layers, inside.layer, layer => actions.set({ layer }))}
        ${numberChoices('Head', heads, headIndex, head => actions.set({ head }))}
      </div>
      <p class="translation-line" lang=${inside.kind === 'encoder' ? nothing : 'fr'}>
        ${queries.map(
          ({ label }, index) =>
            html`<button
              class="step-word code"
              aria-pressed=${index === queryIndex}
              @click=${() => actions.select({ query: index, key: undefined })}
            >
              ${label}
            </button>`,
        )}
      </p>
      <div class=${isWide ? 'beside' : 'under'}>
        <div>
          <div
            class="picture"
            role="img"
            aria-label=${`Weights of this head, ${queries.length} queries by ${keys.length} keys. The table has the numbers of one query.`}
            @click=${(event: MouseEvent) => {
              const cell = cellUnder(event, picture);
              if (cell) {
                actions.select({ query: cell.query ?? queryIndex, key: cell.key });
              }
            }}
          >
            ${picture.element}
          </div>
          <p class="quiet small legend-line">
            ${map.legend(matrix.largest, theme)} ${duration(analysis.runMs)},
            ${deviceNames[analysis.device]}
          </p>
        </div>
        ${stepTable(selection, actions)}
      </div>
      ${vectors(selection, theme, width)}
      <p class="quiet small prose">
        Queries, keys and values are tensors of this run. Worked out from them here, the weights and
        the output of this head differ from the graph’s own by at most
        ${difference(run, headIndex).toExponential(0)}.
      </p>`;
  };
}

/** The weights of a head. */
function weightsOf(
  { inside: { layer }, attention: { kind, shape, weights }, queries, keys }: HeadRun,
  head: number,
): MatrixView {
  const [, heads, rows, columns] = shape;
  const start = (layer * heads + head) * rows * columns;
  const own = weights.slice(start, start + rows * columns);
  const axes = { queries, keys, looksBack: kind === 'decoder' };
  return matrixView(own, [rows, columns], axes, false);
}

/** From products to weights, a row for each key. */
function stepTable(
  { run, steps, query, keyIndex, head }: Selection,
  actions: InsideHeadActions,
): TemplateResult {
  const row = ({ label }: Unit, index: number) => {
    const weight = steps.weights[index] ?? 0;
    const isHidden = steps.masked[index] === -Infinity;
    const number = isHidden ? 'number quiet' : 'number';
    return html`<tr class=${index === keyIndex ? 'pointed' : ''}>
      <th scope="row">
        <button
          class="step-word code"
          aria-pressed=${index === keyIndex}
          @click=${() => actions.select({ key: index })}
        >
          ${label}
        </button>
      </th>
      <td class=${number}>${decimal(steps.products[index])}</td>
      <td class=${number}>${decimal(steps.scores[index])}</td>
      ${
        head.isMasked
          ? html`<td class="number">${isHidden ? '−∞' : decimal(steps.masked[index])}</td>`
          : nothing
      }
      <td class="number">${isHidden ? 'masked' : percent(weight)}</td>
      <td class="bar-cell"><meter min="0" max="1" .value=${weight} aria-hidden="true"></meter></td>
    </tr>`;
  };
  return html`<div class="step">
    <h3>What <span class="code">${query.label}</span> takes from each</h3>
    <div class="table-scroll" tabindex="0" role="region" aria-label="From products to weights">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">q · k</th>
            <th scope="col">÷ √${head.size}</th>
            ${head.isMasked ? html`<th scope="col">Mask</th>` : nothing}
            <th scope="col" colspan="2">Softmax</th>
          </tr>
        </thead>
        <tbody>
          ${run.keys.map(row)}
        </tbody>
      </table>
    </div>
    ${
      head.isMasked
        ? html`<p class="quiet small">
            What is masked is what stands later: while it writes, the decoder has not made it yet.
            The products beside −∞ are worked out here, as in training they would be before the
            mask.
          </p>`
        : nothing
    }
  </div>`;
}

/** The matrices of the head, and below them the product of query and key and what comes out. */
function createVectors(): (selection: Selection, theme: Theme, width: number) => TemplateResult {
  const [queryRows, keyRows, valueRows] = [memo(unitRows), memo(unitRows), memo(unitRows)];
  const [productRows, outputRows] = [memo(productOf), memo(outputOf)];
  const [drawQueries, drawKeys, drawValues] = [memo(paintRow), memo(paintRow), memo(paintRow)];
  const [drawProduct, drawOutput] = [memo(paintRow), memo(paintRow)];
  return (selection, theme, width) => {
    const { run, head, headIndex, steps, query, queryIndex, key, keyIndex } = selection;
    const { size } = head;
    const [queries, keys, values] = [
      queryRows(head.queries, size, run.queries),
      keyRows(head.keys, size, run.keys),
      valueRows(head.values, size, run.keys),
    ];
    const [product, output] = [productRows(head, queryIndex, keyIndex), outputRows(head, steps)];
    const [third, half] = [figureWidth(3, width), figureWidth(2, width)];
    const layout = width >= wideFrom ? 'vector-figures across' : 'vector-figures';
    return html`<div class=${layout}>
        ${vectorFigure(
          drawQueries(queries, queryIndex, theme, third),
          queries,
          'Q, the queries',
          'What each looks for.',
        )}
        ${vectorFigure(
          drawKeys(keys, keyIndex, theme, third),
          keys,
          'K, the keys',
          'What each can be found by.',
        )}
        ${vectorFigure(
          drawValues(values, keyIndex, theme, third),
          values,
          'V, the values',
          'What each gives where it is found.',
        )}
      </div>
      <div class=${layout}>
        ${vectorFigure(
          drawProduct(product, 2, theme, half),
          product,
          `“${query.label}” times “${key.label}”`,
          `Dimension by dimension; the sum of all ${size} is ${decimal(steps.products[keyIndex])}. Most comes from dimensions ${strongestTerms(product)}.`,
        )}
        ${vectorFigure(
          drawOutput(output, 0, theme, half),
          output,
          'What comes out',
          `The values under their weights, ${size} numbers of head ${headIndex + 1}, which go on beside those of the other heads.`,
        )}
      </div>`;
  };
}

function vectorFigure(
  canvas: HTMLCanvasElement,
  { rows, size, labels }: VectorRows,
  title: string,
  words: string,
): TemplateResult {
  canvas.setAttribute('aria-label', `${title}: ${labels.length} rows of ${size} numbers`);
  return html`<figure class="picture">
    <h3>${title}</h3>
    ${canvas}
    <figcaption class="quiet small">${words} Full colour: ±${decimal(reachOf(rows))}.</figcaption>
  </figure>`;
}

const paintRow = (rows: VectorRows, row: number, theme: Theme, width: number) =>
  paintRows(rows, { row }, theme, width).canvas;

/** Query, key, and their product in each dimension. */
function productOf({ queries, keys, size }: Head, query: number, key: number): VectorRows {
  const [q, k] = [vectorAt(queries, size, query), vectorAt(keys, size, key)];
  return { rows: joinRows([q, k, termsOf(q, k)]), size, labels: ['q', 'k', 'q × k'] };
}

/** "5: 1.20, 31: −0.80": the dimensions whose terms are largest. */
const strongestTerms = ({ rows, size }: VectorRows): string =>
  [...rows.subarray(2 * size)]
    .map((value, dimension) => ({ value, dimension }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, maxTerms)
    .map(({ value, dimension }) => `${dimension}: ${decimal(value)}`)
    .join(', ');

const outputOf = ({ size }: Head, { output }: QuerySteps): VectorRows => ({
  rows: output,
  size,
  labels: ['output'],
});

const unitRows = (
  rows: Float32Array<ArrayBuffer>,
  size: number,
  units: readonly Unit[],
): VectorRows => ({ rows, size, labels: units.map(({ label }) => label) });
