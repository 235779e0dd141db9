/** The arithmetic of one attention head, step by step. */
import type { HeadVectors, InsideAttention } from '../../src/common/protocol/engine/types';

/** One head of a layer: what its weights and its outputs are made from. */
export interface Head {
  /** [queries, K] */
  readonly queries: Float32Array<ArrayBuffer>;
  /** [keys, K] */
  readonly keys: Float32Array<ArrayBuffer>;
  /** [keys, V] */
  readonly values: Float32Array<ArrayBuffer>;
  /** K, numbers of a query and of a key. */
  readonly size: number;
  /** V, numbers of a value and of the output; K but in additive attention. */
  readonly valueSize: number;
  /** Whether a query may look at nothing that was read after it. */
  readonly isMasked: boolean;
  /** [K], of additive attention alone. */
  readonly scoreVector?: Float32Array<ArrayBuffer> | undefined;
}

/** The vectors of one head. Where a layer has fewer heads of keys and values, neighbouring heads share one. */
export function headOf(inside: InsideAttention, head: number): Head {
  const { queries, keys, values, scoreVector } = inside;
  const [heads, , size] = queries.shape;
  return {
    queries: vectorsOf(queries, heads, head),
    keys: vectorsOf(keys, heads, head),
    values: vectorsOf(values, heads, head),
    size,
    valueSize: values.shape[2],
    isMasked: inside.kind === 'decoder',
    scoreVector,
  };
}

/** Vectors [tokens, size] of the head of `heads`, or of the one that it shares with its neighbours. */
export function vectorsOf(
  { shape: [count, tokens, size], values }: HeadVectors,
  heads: number,
  head: number,
): Float32Array<ArrayBuffer> {
  const own = sharedHead(count, heads, head);
  return values.subarray(own * tokens * size, (own + 1) * tokens * size);
}

/** Which of `count` heads of keys and values the head of `heads` uses. @see Ainslie et al., arXiv:2305.13245, section 2.2 */
export const sharedHead = (count: number, heads: number, head: number): number =>
  Math.floor((head * count) / heads);

/** One query from its products to its output, each list with a place for each key. */
export interface QuerySteps {
  /** q k^T, of additive attention v^T tanh(q + k). */
  readonly products: readonly number[];
  /** q k^T / sqrt(K); of additive attention the products as they are. */
  readonly scores: readonly number[];
  /** The same, and -Infinity where the query may not look. */
  readonly masked: readonly number[];
  /** Their softmax. */
  readonly weights: readonly number[];
  /** [V], the values under the weights. */
  readonly output: Float32Array<ArrayBuffer>;
}

/** @see Vaswani et al., arXiv:1706.03762, equation 1; Bahdanau et al., arXiv:1409.0473, section 3.1 and appendix A.1.2 */
export function stepsOf(head: Head, query: number): QuerySteps {
  const { keys, values, size, valueSize, isMasked, scoreVector } = head;
  const count = size === 0 ? 0 : keys.length / size;
  const every = Array.from({ length: count }, (_, key) => key);
  const products = every.map(key => sumOf(termsOf(head, query, key)));
  const scale = scoreVector ? 1 : Math.sqrt(size);
  const scores = products.map(product => product / scale);
  const masked = scores.map((score, key) => (isMasked && key > query ? -Infinity : score));
  const top = Math.max(...masked);
  const powers = masked.map(score => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const weights = powers.map(power => power / total);
  return { products, scores, masked, weights, output: mixOf(values, valueSize, weights) };
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

/** What each dimension adds to the product of a query and a key: q k, of additive attention v tanh(q + k). */
export function termsOf(
  { queries, keys, size, scoreVector }: Head,
  query: number,
  key: number,
): Float32Array<ArrayBuffer> {
  const [q, k] = [vectorAt(queries, size, query), vectorAt(keys, size, key)];
  return scoreVector
    ? matched(q, k).map((value, index) => value * (scoreVector[index] ?? 0))
    : q.map((value, index) => value * (k[index] ?? 0));
}

/** How query and key match in each dimension of additive attention: tanh(q + k). */
export const matched = (
  query: Float32Array<ArrayBuffer>,
  key: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> => query.map((value, index) => Math.tanh(value + (key[index] ?? 0)));

/** In the precision of this machine, not of the numbers. */
export const sumOf = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0);
