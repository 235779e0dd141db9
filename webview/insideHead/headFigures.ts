/** The vectors of a head as rows of colours: the product of a query and a key, what comes out, and all of a head's vectors. */
import { html, type TemplateResult } from 'lit';
import { percent } from '../../src/common/text/percent';
import { reachOf } from '../charts/canvas';
import { decimal } from '../common/numbers';
import { memo } from '../common/store';
import type { Theme } from '../common/theme';
import { nameOf, type Unit } from '../matrix/units';
import { joinRows, paintRows, type VectorRows } from '../matrix/vectorRows';
import { matched, termsOf, vectorAt, vectorsOf } from './attentionHead';
import { isMaskedAt, type Selection } from './headRun';

/** The number of dimensions of a product whose values are listed. */
const maxTerms = 3;
/** From this width on, figures stand beside each other, in CSS pixels. */
const wideFrom = 720;
/** The gap between two of them, as in the stylesheet. */
const figureGap = 24;

type Figures = (selection: Selection, theme: Theme, width: number) => TemplateResult;

const layoutOf = (width: number) =>
  width >= wideFrom ? 'vector-figures across' : 'vector-figures';
const figureWidth = (count: number, width: number) =>
  width >= wideFrom ? (width - (count - 1) * figureGap) / count : width;

/** The product of query and key by dimension, and what the head makes of the values. */
export function createStepFigures(): Figures {
  const [productOf, outputOf] = [memo(productRows), memo(outputRows)];
  const [drawProduct, drawOutput] = [memo(paintRow), memo(paintRow)];
  return (selection, theme, width) => {
    const { head, headIndex, steps, query, key, keyIndex } = selection;
    const [product, output] = [productOf(selection), outputOf(selection)];
    const half = figureWidth(2, width);
    const weight = steps.weights[keyIndex] ?? 0;
    const share = isMaskedAt(selection, keyIndex)
      ? `Nothing of “${nameOf(key)}”, which is masked: the`
      : `${percent(weight)} of the value of “${nameOf(key)}”. The`;
    return html`<div class=${layoutOf(width)}>
      ${vectorFigure(
        drawProduct(product, product.labels.length - 1, theme, half),
        product,
        `“${nameOf(query)}” ${head.scoreVector ? 'and' : 'times'} “${nameOf(key)}”`,
        `Dimension by dimension; the sum of all ${head.size} is ${decimal(steps.products[keyIndex])}. Most comes from dimensions ${strongestTerms(product.terms)}. Full colour, row by row: ${product.reaches.map(reach => `±${decimal(reach)}`).join(', ')}.`,
      )}
      ${vectorFigure(
        drawOutput(output, output.labels.length - 1, theme, half),
        output,
        'What comes out',
        `${share} output is the sum of all values under their weights, ${head.valueSize} numbers of head ${headIndex + 1}, which go on beside those of the other heads. ${fullColour(output)}`,
      )}
    </div>`;
  };
}

/** All queries, keys and values of the head. */
export function createMatrixFigures(): Figures {
  const [queryRows, keyRows, valueRows] = [memo(unitRows), memo(unitRows), memo(unitRows)];
  const [drawQueries, drawKeys, drawValues] = [memo(paintRow), memo(paintRow), memo(paintRow)];
  return ({ run, head, queryIndex, keyIndex }, theme, width) => {
    const third = figureWidth(3, width);
    const [queries, keys, values] = [
      queryRows(head.queries, head.size, run.queries),
      keyRows(head.keys, head.size, run.keys),
      valueRows(head.values, head.valueSize, run.keys),
    ];
    return html`<div class=${layoutOf(width)}>
      ${vectorFigure(
        drawQueries(queries, queryIndex, theme, third),
        queries,
        'Q, the queries',
        `What each looks for. ${fullColour(queries)}`,
      )}
      ${vectorFigure(
        drawKeys(keys, keyIndex, theme, third),
        keys,
        'K, the keys',
        `What each can be found by. ${fullColour(keys)}`,
      )}
      ${vectorFigure(
        drawValues(values, keyIndex, theme, third),
        values,
        'V, the values',
        `What each gives where it is found. ${fullColour(values)}`,
      )}
    </div>`;
  };
}

function vectorFigure(
  canvas: HTMLCanvasElement,
  { size, labels }: VectorRows,
  title: string,
  words: string,
): TemplateResult {
  canvas.setAttribute('aria-label', `${title}: ${labels.length} rows of ${size} numbers`);
  return html`<figure class="vector-figure">
    <h3><bdi>${title}</bdi></h3>
    ${canvas}
    <figcaption class="quiet small">${words}</figcaption>
  </figure>`;
}

const fullColour = ({ rows }: VectorRows) => `Full colour: ±${decimal(reachOf(rows))}.`;

const paintRow = (rows: VectorRows, row: number, theme: Theme, width: number) =>
  paintRows(rows, { row }, theme, width).canvas;

/** Rows that are each drawn on a scale of their own: a product is of another size than its factors. */
interface ProductRows extends VectorRows {
  /** Of each row, what has the full colour. */
  readonly reaches: readonly number[];
  /** [K], what each dimension adds to the product. */
  readonly terms: Float32Array<ArrayBuffer>;
}

/** Query, key, and their product in each dimension; where positions turn them, before and after that. */
function productRows({ run, head, headIndex, queryIndex, keyIndex }: Selection): ProductRows {
  const { size } = head;
  const [q, k] = [vectorAt(head.queries, size, queryIndex), vectorAt(head.keys, size, keyIndex)];
  const terms = termsOf(head, queryIndex, keyIndex);
  const { beforeRotation: before, queries } = run.inside;
  const own = (vectors: typeof queries, row: number) =>
    vectorAt(vectorsOf(vectors, queries.shape[0], headIndex), size, row);
  const rows: readonly (readonly [label: string, row: Float32Array<ArrayBuffer>])[] = before
    ? [
        ['q', own(before.queries, queryIndex)],
        ['q turned', q],
        ['k', own(before.keys, keyIndex)],
        ['k turned', k],
        ['q × k', terms],
      ]
    : head.scoreVector
      ? [
          ['q', q],
          ['k', k],
          ['tanh(q + k)', matched(q, k)],
          ['v', head.scoreVector],
          ['v × tanh', terms],
        ]
      : [
          ['q', q],
          ['k', k],
          ['q × k', terms],
        ];
  const reaches = rows.map(([, row]) => reachOf(row));
  return {
    rows: joinRows(rows.map(([, row], index) => row.map(value => value / (reaches[index] ?? 1)))),
    size,
    labels: rows.map(([label]) => label),
    reaches,
    terms,
  };
}

/** "5: 1.20, 31: −0.80": the dimensions whose terms are largest. */
const strongestTerms = (terms: Float32Array): string =>
  [...terms]
    .map((value, dimension) => ({ value, dimension }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, maxTerms)
    .map(({ value, dimension }) => `${dimension}: ${decimal(value)}`)
    .join(', ');

/** The value of the key, what its weight leaves of it, and the sum of all. */
function outputRows({ head, steps, keyIndex }: Selection): VectorRows {
  const value = vectorAt(head.values, head.valueSize, keyIndex);
  const weight = steps.weights[keyIndex] ?? 0;
  return {
    rows: joinRows([value, value.map(number => weight * number), steps.output]),
    size: head.valueSize,
    labels: ['value', 'weighted', 'output'],
  };
}

const unitRows = (
  rows: Float32Array<ArrayBuffer>,
  size: number,
  units: readonly Unit[],
): VectorRows => ({ rows, size, labels: units.map(({ label }) => label) });
