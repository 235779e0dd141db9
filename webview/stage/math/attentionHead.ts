/** The arithmetic of one attention head, step by step. */
import type { InsideAttention } from '../../../src/common/protocol/engine/types';

/** One head of a layer: what its weights and its outputs are made from. */
export interface Head {
  /** [queries, K] */
  readonly queries: Float32Array<ArrayBuffer>;
  /** [keys, K] */
  readonly keys: Float32Array<ArrayBuffer>;
  /** [keys, K] */
  readonly values: Float32Array<ArrayBuffer>;
  /** K, numbers of a vector. */
  readonly size: number;
  /** Whether a query may look at nothing that was read after it. */
  readonly isMasked: boolean;
}

export function headOf(inside: InsideAttention, head: number): Head {
  const [, , size] = inside.queries.shape;
  const of = ({ shape: [, tokens], values }: InsideAttention['queries']) =>
    values.subarray(head * tokens * size, (head + 1) * tokens * size);
  return {
    queries: of(inside.queries),
    keys: of(inside.keys),
    values: of(inside.values),
    size,
    isMasked: inside.kind === 'decoder',
  };
}

/** One query from its products to its output, each list with a place for each key. */
export interface QuerySteps {
  /** q k^T */
  readonly products: readonly number[];
  /** q k^T / sqrt(K) */
  readonly scores: readonly number[];
  /** The same, and -Infinity where the query may not look. */
  readonly masked: readonly number[];
  /** Their softmax. */
  readonly weights: readonly number[];
  /** [K], the values under the weights. */
  readonly output: Float32Array<ArrayBuffer>;
}

/** @see Vaswani et al., arXiv:1706.03762, equation 1 */
export function stepsOf(
  { queries, keys, values, size, isMasked }: Head,
  query: number,
): QuerySteps {
  const count = size === 0 ? 0 : keys.length / size;
  const every = Array.from({ length: count }, (_, key) => key);
  const own = vectorAt(queries, size, query);
  const products = every.map(key => sumOf(termsOf(own, vectorAt(keys, size, key))));
  const scores = products.map(product => product / Math.sqrt(size));
  const masked = scores.map((score, key) => (isMasked && key > query ? -Infinity : score));
  const top = Math.max(...masked);
  const powers = masked.map(score => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const weights = powers.map(power => power / total);
  return { products, scores, masked, weights, output: mixOf(values, size, weights) };
}

/** The mean of vectors [count, size] under weights whose sum is 1: [size]. */
export function mixOf(
  vectors: Float32Array<ArrayBuffer>,
  size: number,
  weights: readonly number[],
): Float32Array<ArrayBuffer> {
  const mix = new Float32Array(size);
  weights.forEach((weight, row) =>
    vectorAt(vectors, size, row).forEach((value, index) => {
      mix[index]! += weight * value;
    }),
  );
  return mix;
}

export const vectorAt = (
  rows: Float32Array<ArrayBuffer>,
  size: number,
  row: number,
): Float32Array<ArrayBuffer> => rows.subarray(row * size, (row + 1) * size);

/** q times k in each dimension: their sum is the product of the two. */
export const termsOf = (query: Float32Array, key: Float32Array): Float32Array<ArrayBuffer> =>
  Float32Array.from(query, (value, index) => value * (key[index] ?? 0));

/** In the precision of this machine, not of the numbers. */
export const sumOf = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0);
