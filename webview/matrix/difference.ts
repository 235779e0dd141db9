/** The signed difference of two attention matrices, over the units that both have. */
import { type Alignment, pairsOf, type UnitPair } from './alignment';
import { keysSeen, type MatrixView } from './matrixView';
import type { Unit } from './units';

/** What a hatched cell of a difference says: A may not look there, B may not, or, as the sum, neither. */
export const maskedInA = 1;
export const maskedInB = 2;

/** Two matrices over the pairs of their alignment, and the first less the second. */
export interface Difference {
  readonly rows: Alignment;
  readonly columns: Alignment;
  /** Weights of A and of B, each [rows, columns], row-major. */
  readonly a: Float32Array<ArrayBuffer>;
  readonly b: Float32Array<ArrayBuffer>;
  /** A less B, from -1 to 1, with a unit for each pair; 0 where one of both may not look, and then hatched. */
  readonly view: MatrixView;
}

/**
 * Takes the second of two matrices from the first. Units that are aligned together are merged as the tokens of a word
 * are: such a pair receives the sum of what its units receive and gives the mean of what their tokens give.
 */
export function differenceOf(
  viewA: MatrixView,
  viewB: MatrixView,
  rows: Alignment,
  columns: Alignment,
): Difference {
  const a = merge(viewA, 'a', rows, columns);
  const b = merge(viewB, 'b', rows, columns);
  const hidden = new Uint8Array(a.length);
  const [seenA, seenB] = [seenBy(viewA, 'a', rows), seenBy(viewB, 'b', rows)];
  const weights = Float32Array.from(a, (weight, index) => {
    const row = Math.floor(index / columns.length);
    const pair = columns[index % columns.length];
    const isSeen = (keys: readonly number[] = [], seen = 0) => keys.some(key => key < seen);
    hidden[index] =
      (isSeen(pair?.a, seenA[row]) ? 0 : maskedInA) + (isSeen(pair?.b, seenB[row]) ? 0 : maskedInB);
    return hidden[index] ? 0 : weight - b[index]!;
  });
  const isEither = (a: readonly boolean[], b: readonly boolean[], pairs: Alignment) =>
    pairs.map(pair => pair.a.some(unit => a[unit]) || pair.b.some(unit => b[unit]));
  const offScale = {
    rows: isEither(viewA.offScale.rows, viewB.offScale.rows, rows),
    columns: isEither(viewA.offScale.columns, viewB.offScale.columns, columns),
  };
  let largest = 0;
  weights.forEach((weight, index) => {
    const [row, column] = [Math.floor(index / columns.length), index % columns.length];
    if (!offScale.rows[row] && !offScale.columns[column]) {
      largest = Math.max(largest, Math.abs(weight));
    }
  });
  const unitsOf = (pairs: Alignment, all: readonly Unit[], others: readonly Unit[]) =>
    pairs.map(pair => mergedUnit(pair, all, others));
  return {
    ...{ rows, columns, a, b },
    view: {
      queries: unitsOf(rows, viewA.queries, viewB.queries),
      keys: unitsOf(columns, viewA.keys, viewB.keys),
      looksBack: false,
      ...{ weights, offScale, largest, hiddenShare: 0, isSigned: true },
      hatched: {
        rows: rows.map(() => false),
        columns: columns.map(() => false),
        cells: hidden,
      },
    },
  };
}

/** The picture of one reading, with the rows and columns hatched that have no partner, under a scale that both share. */
export function withPartners(
  view: MatrixView,
  which: 'a' | 'b',
  { rows, columns }: Pick<Difference, 'rows' | 'columns'>,
  largest: number,
): MatrixView {
  const without = (alignment: Alignment, units: readonly Unit[]) =>
    Array.from(pairsOf(alignment, which, units.length), pair => pair < 0);
  return {
    ...view,
    largest,
    hatched: { rows: without(rows, view.queries), columns: without(columns, view.keys) },
  };
}

function merge(
  { queries, keys, weights }: MatrixView,
  which: 'a' | 'b',
  rows: Alignment,
  columns: Alignment,
): Float32Array<ArrayBuffer> {
  const merged = new Float32Array(rows.length * columns.length);
  rows.forEach((row, y) => {
    const sizes = row[which].map(query => queries[query]?.tokens.length ?? 0);
    const size = sizes.reduce((sum, one) => sum + one, 0) || 1;
    row[which].forEach((query, place) => {
      const share = sizes[place]! / size;
      columns.forEach((column, x) => {
        for (const key of column[which]) {
          merged[y * columns.length + x]! += weights[query * keys.length + key]! * share;
        }
      });
    });
  });
  return merged;
}

/** How many keys each row may look at, from the first on. */
const seenBy = (view: MatrixView, which: 'a' | 'b', rows: Alignment): readonly number[] =>
  rows.map(pair => keysSeen(view, ...pair[which]));

/** What a pair is called: by the reading that has it in one piece, else by all its characters. */
function mergedUnit({ a, b }: UnitPair, unitsA: readonly Unit[], unitsB: readonly Unit[]): Unit {
  const parts = a.flatMap(index => unitsA[index] ?? []);
  const [first] = parts;
  if (!first) {
    throw new RangeError('a pair has a unit of each reading');
  }
  const [whole] = b;
  if (parts.length === 1) {
    return first;
  }
  const characters = parts.map(part => part.characters).join('');
  const other = b.length === 1 && whole !== undefined ? unitsB[whole] : undefined;
  return {
    ...first,
    ...{ label: other?.label ?? characters, characters: other?.characters ?? characters },
    tokens: parts.flatMap(({ tokens }) => tokens),
    range: {
      segment: first.range.segment,
      start: Math.min(...parts.map(({ range }) => range.start)),
      end: Math.max(...parts.map(({ range }) => range.end)),
    },
  };
}
