/** The weights that a picture shows: averaged over heads, merged, hidden. */
import type { Unit } from './units';

/** Which sentence of a pair looks at which. */
export const blocks = ['all', 'aa', 'ab', 'ba', 'bb'] as const;
export type Block = (typeof blocks)[number];

export interface UnitOptions {
  /** Leaves out the rows and columns of special tokens. */
  readonly hideSpecial: boolean;
  /** Leaves out the columns of what is a sink. */
  readonly hideSink: boolean;
  readonly block: Block;
}

/** The rows and columns of the picture. */
export interface Axes {
  readonly queries: readonly Unit[];
  readonly keys: readonly Unit[];
  /** Whether a query may look at nothing that was read after it, as in a decoder. */
  readonly looksBack: boolean;
}

/** The matrix as it is drawn. */
export interface MatrixView extends Axes {
  /** [queries, keys], row-major. Rows sum to 1 where nothing is hidden or rows are rescaled. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** The rows and columns that stand narrow and grey, so that the colour scale is left to the others. */
  readonly offScale: OffScale;
  /** Largest of `weights` on the scale; 0 where there is none. */
  readonly largest: number;
  /** Mean over the shown queries of the weight that goes to keys left out, before any rescaling; 0 to 1. */
  readonly hiddenShare: number;
  /** Whether the weights are differences, below 0 as well; `largest` is then the largest distance from 0. */
  readonly isSigned?: boolean | undefined;
  /** What is hatched because there is nothing to compare it with. */
  readonly hatched?: Hatched | undefined;
}

/** Rows, columns and single cells that are hatched. */
export interface Hatched extends OffScale {
  /** [queries, keys], row-major: not 0 for a hatched cell. */
  readonly cells?: Uint8Array | undefined;
}

/** Rows and columns that are off the colour scale, each by its index. */
export interface OffScale {
  readonly rows: readonly boolean[];
  readonly columns: readonly boolean[];
}

/**
 * Special tokens, and the columns of the sink: heads that find nothing to look for look there, so weights between words
 * would all be pale beside theirs. Nothing is off the scale where nothing would be left on it.
 */
export function offScaleOf({ queries, keys }: Pick<Axes, 'queries' | 'keys'>): OffScale {
  const rows = queries.map(({ isSpecial }) => isSpecial);
  const columns = keys.map(({ isSpecial, isSink }) => isSpecial || isSink);
  return rows.includes(false) && columns.includes(false)
    ? { rows, columns }
    : { rows: rows.map(() => false), columns: columns.map(() => false) };
}

/** Leaves out what is hidden. */
export function axesOf(all: Axes, options: UnitOptions): Axes {
  const [from, to] = segmentsOf(options.block);
  const isShown = (unit: Unit) => !(options.hideSpecial && unit.isSpecial);
  return {
    looksBack: all.looksBack,
    queries: all.queries.filter(unit => isIn(unit, from) && isShown(unit)),
    keys: all.keys.filter(
      unit => isIn(unit, to) && isShown(unit) && !(options.hideSink && unit.isSink),
    ),
  };
}

/**
 * Merges tokens to units and leaves out what is hidden.
 *
 * A word receives the sum of what its tokens receive and gives the mean of what they give, so a row still
 * sums to 1 (Clark et al., "What Does BERT Look At?", 2019, arXiv:1906.04341, section 4).
 *
 * @param weights [Q, K], row-major; rows sum to 1. Not changed, and returned as it is where nothing is merged or hidden.
 * @param size Q and K.
 * @param rescale divides each row by what is shown of it; never done unasked.
 */
export function matrixView(
  weights: Float32Array<ArrayBuffer>,
  size: readonly [queries: number, keys: number],
  { queries, keys, looksBack }: Axes,
  rescale: boolean,
): MatrixView {
  const isWhole = queries.length === size[0] && keys.length === size[1];
  const shown = isWhole ? weights : gather(weights, size[1], queries, keys);
  let hiddenShare = 0;
  if (!isWhole && queries.length > 0) {
    const sums = rowSums(shown, queries.length, keys.length);
    // Where tokens are merged and none is left out, only rounding is missing.
    const isLeftOut = keys.reduce((count, { tokens }) => count + tokens.length, 0) < size[1];
    const mean = sums.reduce((total, sum) => total + sum, 0) / sums.length;
    hiddenShare = isLeftOut ? Math.max(0, 1 - mean) : 0;
    if (rescale) {
      for (let index = 0; index < shown.length; index++) {
        shown[index]! /= sums[Math.floor(index / keys.length)]! || 1;
      }
    }
  }
  const offScale = offScaleOf({ queries, keys });
  const largest = largestOn(offScale, shown);
  return { queries, keys, looksBack, weights: shown, offScale, largest, hiddenShare };
}

function largestOn({ rows, columns }: OffScale, weights: Float32Array): number {
  const shown = columns.flatMap((isOff, column) => (isOff ? [] : column));
  let largest = 0;
  rows.forEach((isOff, row) => {
    if (!isOff) {
      for (const column of shown) {
        largest = Math.max(largest, weights[row * columns.length + column]!);
      }
    }
  });
  return largest;
}

/** Sum over keys, mean over queries. */
function gather(
  weights: Float32Array,
  keyCount: number,
  queries: readonly Unit[],
  keys: readonly Unit[],
): Float32Array<ArrayBuffer> {
  const columnOf = new Int32Array(keyCount).fill(-1);
  keys.forEach((key, column) => key.tokens.forEach(token => (columnOf[token] = column)));
  const shown = new Float32Array(queries.length * keys.length);
  queries.forEach((query, row) => {
    for (const token of query.tokens) {
      for (let key = 0; key < keyCount; key++) {
        const column = columnOf[key]!;
        if (column >= 0) {
          shown[row * keys.length + column]! +=
            weights[token * keyCount + key]! / query.tokens.length;
        }
      }
    }
  });
  return shown;
}

function rowSums(weights: Float32Array, rows: number, columns: number): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      sums[row]! += weights[row * columns + column]!;
    }
  }
  return sums;
}

const segmentNames = { a: 0, b: 1 } as const;

function segmentsOf(block: Block): [from: 0 | 1 | undefined, to: 0 | 1 | undefined] {
  if (block === 'all') {
    return [undefined, undefined];
  }
  // A block other than 'all' is two letters, each a segment's name.
  const [from, to] = block as unknown as ['a' | 'b', 'a' | 'b'];
  return [segmentNames[from], segmentNames[to]];
}

const isIn = (unit: Unit, segment: 0 | 1 | undefined) =>
  segment === undefined || unit.range.segment === segment;

/**
 * How many of the keys, from the first on, a query may look at; of several queries those that any of them may.
 * The weights of all others are masked: they are no weights of nothing.
 */
export function keysSeen({ looksBack, queries, keys }: Axes, ...rows: readonly number[]): number {
  if (!looksBack) {
    return keys.length;
  }
  const last = Math.max(-1, ...rows.flatMap(row => queries[row]?.tokens ?? []));
  const firstMasked = keys.findIndex(({ tokens: [first = 0] }) => first > last);
  return firstMasked < 0 ? keys.length : firstMasked;
}

/** The row of one query, or the mean of several; `length` is the number of keys. */
export function rowOf(view: MatrixView, queries: readonly number[]): Float32Array<ArrayBuffer> {
  const columns = view.keys.length;
  const row = new Float32Array(columns);
  for (const query of queries) {
    for (let column = 0; column < columns; column++) {
      row[column]! += view.weights[query * columns + column]! / queries.length;
    }
  }
  return row;
}

/** Where one sentence ends and the next begins: the index of the first unit of segment B, or undefined. */
export function boundary(units: readonly Unit[]): number | undefined {
  const first = units.findIndex(unit => unit.range.segment === 1);
  return first > 0 ? first : undefined;
}
