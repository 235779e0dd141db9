import type {
  Attention,
  HeadVectors,
  HiddenStates,
  Rows,
} from '../../common/protocol/engine/types';
import type { Output } from './session';

/** Queries that were asked one after the other: [L, 1, H, T, keys], in which a later one may have more keys. */
export function stackAttention(
  kind: Attention['kind'],
  parts: readonly Output[],
): Attention | undefined {
  const [first] = parts;
  if (!first) {
    return undefined;
  }
  const [layers = 0, , heads = 0] = first.dims;
  const queries = parts.reduce((sum, { dims }) => sum + (dims[3] ?? 0), 0);
  const keys = Math.max(...parts.map(({ dims }) => dims[4] ?? 0));
  // What a query could not see yet has the weight 0.
  const weights = new Float32Array(layers * heads * queries * keys);
  let before = 0;
  for (const { dims, values } of parts) {
    const [, , , partQueries = 0, partKeys = 0] = dims;
    for (let plane = 0; plane < layers * heads; plane++) {
      for (let query = 0; query < partQueries; query++) {
        const from = (plane * partQueries + query) * partKeys;
        const to = (plane * queries + before + query) * keys;
        weights.set(values.subarray(from, from + partKeys), to);
      }
    }
    before += partQueries;
  }
  return { kind, shape: [layers, heads, queries, keys], weights };
}

/**
 * States of tokens that were read one after the other, of one sequence.
 *
 * @param parts of `layers` times the tokens of the part times D numbers, in this order.
 */
export function stackStates(layers: number, parts: readonly Output[]): HiddenStates | undefined {
  const [first] = parts;
  if (!first) {
    return undefined;
  }
  const hiddenSize = first.dims.at(-1) ?? 0;
  const counts = parts.map(({ values }) => values.length / layers / hiddenSize);
  const tokens = counts.reduce((sum, count) => sum + count, 0);
  const values = new Float32Array(layers * tokens * hiddenSize);
  let before = 0;
  for (const [index, part] of parts.entries()) {
    const size = (counts[index] ?? 0) * hiddenSize;
    for (let layer = 0; layer < layers; layer++) {
      const row = part.values.subarray(layer * size, (layer + 1) * size);
      values.set(row, layer * tokens * hiddenSize + before);
    }
    before += size;
  }
  return { shape: [layers, tokens, hiddenSize], values };
}

/** Steps of one sequence [1, V] each, or one step of many [batch, V]: [batch, T, V]. */
export function stackSteps(parts: readonly Output[]): Output {
  const [first] = parts;
  const stacked = parts.length > 1 ? stackStates(1, parts) : undefined;
  if (stacked) {
    return { dims: stacked.shape, values: stacked.values };
  }
  const [batch = 0, size = 0] = first?.dims ?? [];
  return { dims: [batch, 1, size], values: first?.values ?? new Float32Array() };
}

/** States of all layers after each step of one sequence, [1, L, D] each: [L, 1, T, D]. */
export function stackLayers(parts: readonly Output[]): Output | undefined {
  const stacked = stackStates(parts[0]?.dims[1] ?? 0, parts);
  if (!stacked) {
    return undefined;
  }
  const [layers, tokens, hiddenSize] = stacked.shape;
  return { dims: [layers, 1, tokens, hiddenSize], values: stacked.values };
}

/** One row from each part: [1, columns] each. */
export function stackRows(parts: readonly Output[]): Rows | undefined {
  const states = stackStates(1, parts);
  return states && { shape: [states.shape[1], states.shape[2]], values: states.values };
}

/** Vectors of tokens that were read one after the other: [1, H, tokens, K] each. */
export function stackHeads(parts: readonly Output[]): HeadVectors | undefined {
  const [first] = parts;
  if (!first) {
    return undefined;
  }
  const [, heads = 0, , headSize = 0] = first.dims;
  const tokens = parts.reduce((sum, { dims }) => sum + (dims[2] ?? 0), 0);
  const values = new Float32Array(heads * tokens * headSize);
  let before = 0;
  for (const part of parts) {
    const count = part.dims[2] ?? 0;
    const size = count * headSize;
    for (let head = 0; head < heads; head++) {
      const rows = part.values.subarray(head * size, (head + 1) * size);
      values.set(rows, (head * tokens + before) * headSize);
    }
    before += count;
  }
  return { shape: [heads, tokens, headSize], values };
}
