/** One link between two tokens, in words. */
import { keysSeen, rowOf, type MatrixView } from './matrixView';
import type { Unit } from './units';

/** What the user points at or has locked, in rows and columns of the view. */
export interface Pointing {
  /** Rows; several are averaged. */
  readonly queries: readonly number[];
  readonly key?: number | undefined;
}

/** One link of the picture, ready to be put in words. */
export interface Link {
  /** Rows that look; several mean their average, all of them the average of the whole picture. */
  readonly queries: readonly number[];
  readonly key: number;
  readonly weight: number;
  /** Place of the key among those shown that these queries may look at, from 1. */
  readonly rank: number;
  /** How many those are. */
  readonly of: number;
  /** Whether the key is none of them: a decoder may not look ahead. */
  readonly isMasked: boolean;
}

/**
 * The link that is spoken of: the one pointed at; for a token alone its strongest; for a column alone the one
 * from the token that looks there most; with nothing pointed at, the strongest between two different words
 * (punctuation, special tokens and the sink are none),
 * or of the whole picture where there is none.
 *
 * @returns undefined where the view is empty.
 */
export function linkAt(view: MatrixView, { queries, key }: Pointing): Link | undefined {
  const { keys, weights } = view;
  if (keys.length === 0 || view.queries.length === 0) {
    return undefined;
  }
  if (queries.length === 0) {
    const columns = keys.length;
    const areWords = (index: number) =>
      isBetweenWords(view.queries[Math.floor(index / columns)], keys[index % columns]);
    const best =
      key === undefined
        ? (largestOf(weights, areWords) ?? largestOf(weights, () => true))
        : largestOf(weights, index => index % columns === key);
    return best === undefined
      ? undefined
      : linkAt(view, { queries: [Math.floor(best / columns)], key: best % columns });
  }
  const row = rowOf(view, queries);
  const at = key ?? row.indexOf(row.reduce((largest, weight) => Math.max(largest, weight), 0));
  const weight = row[at] ?? 0;
  const rank = 1 + row.reduce((stronger, other) => stronger + (other > weight ? 1 : 0), 0);
  const of = keysSeen(view, ...queries);
  return { queries, key: at, weight, rank, of, isMasked: at >= of };
}

/** Whether both are words, and not the same one; punctuation, special tokens and the sink are none. */
export const isBetweenWords = (query: Unit | undefined, key: Unit | undefined): boolean =>
  query?.id !== key?.id && isWord(query) && isWord(key) && !key?.isSink;

const isWord = (unit: Unit | undefined) =>
  unit?.isSpecial === false && /[\p{L}\p{N}]/u.test(unit.characters);

function largestOf(
  weights: Float32Array,
  isCandidate: (index: number) => boolean,
): number | undefined {
  let best: number | undefined;
  let most = -1;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    if (weight > most && isCandidate(index)) {
      best = index;
      most = weight;
    }
  }
  return best;
}

/** The strongest keys of some queries that these may look at, strongest first. */
export function strongest(
  view: MatrixView,
  queries: readonly number[],
  howMany: number,
): { readonly key: number; readonly weight: number }[] {
  return Array.from(rowOf(view, queries), (weight, key) => ({ key, weight }))
    .slice(0, keysSeen(view, ...queries))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, howMany);
}
