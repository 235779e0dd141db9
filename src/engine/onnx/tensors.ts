/** Tensors as graphs take and give them: their rows, and the concatenation of outputs. */

import type {
  Attention,
  HeadVectors,
  HiddenStates,
  Rows,
} from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { rowOf } from '../../common/math/logits';

/** A float32 output, row-major. */
export interface Output {
  readonly dims: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface Run {
  readonly outputs: ReadonlyMap<string, Output>;
  /** Duration of the run alone, in ms. */
  readonly runMs: number;
}

/** @returns an output that the graph declared when it was loaded, and that was requested. */
export function requireOutput({ outputs }: Run, name: string): Output {
  const output = outputs.get(name);
  if (!output) {
    throw new EngineError('inference-failed', `The model's graph gave no ${name}.`);
  }
  return output;
}

/** A value for an input: int64 [batch, S] from rows of numbers, int64 [batch], a bool scalar, or float32. */
export type Feed = readonly (readonly number[])[] | readonly number[] | boolean | Output;

/** A graph that can be run, as `session.ts` opens it. */
export interface RunnableGraph {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Runs the graph for the named outputs. */
  run(
    feeds: Readonly<Record<string, Feed>>,
    outputs: readonly string[],
    signal?: AbortSignal,
  ): Promise<Run>;
}

/** Tensors by name. */
export type Tensors = ReadonlyMap<string, Output>;

/** Logits [1, T, V] by token, without a copy. */
export function logitRows({ dims, values }: Output): readonly Float32Array[] {
  const [, tokenCount = 0, vocabSize = 0] = dims;
  return Array.from({ length: tokenCount }, (_, index) => rowOf(values, index, vocabSize));
}

/** Logits [L, 1, V] by layer, without a copy. */
export const layerRows = ({ dims: [layers = 0, , vocabSize = 0], values }: Output) =>
  Array.from({ length: layers }, (_, layer) => rowOf(values, layer, vocabSize));

/** The named rows of the first axis, in this order, each as often as it is named. Whole tensors are not copied. */
export function takeRows(tensors: Tensors, rows: readonly number[]): Tensors {
  return new Map([...tensors].map(([name, tensor]) => [name, rowsOf(tensor, rows)]));
}

function rowsOf(tensor: Output, rows: readonly number[]): Output {
  const [count = 0, ...rest] = tensor.dims;
  if (rows.length === count && rows.every((row, index) => row === index)) {
    return tensor;
  }
  const size = tensor.values.length / count;
  const values = new Float32Array(rows.length * size);
  for (const [index, row] of rows.entries()) {
    values.set(tensor.values.subarray(row * size, (row + 1) * size), index * size);
  }
  return { dims: [rows.length, ...rest], values };
}

/**
 * The first `length` positions of the axis before the last: of keys or values [B, H, P, K].
 *
 * @param room how long that axis becomes; what is beyond `length` is 0.
 */
export function takePositions(tensors: Tensors, length: number, room = length): Tensors {
  return new Map([...tensors].map(([name, tensor]) => [name, positionsOf(tensor, length, room)]));
}

function positionsOf({ dims, values }: Output, length: number, room: number): Output {
  const [total = 0, size = 0] = dims.slice(-2);
  const outer = dims.slice(0, -2);
  const planes = outer.reduce((product, count) => product * count, 1);
  const kept = new Float32Array(planes * room * size);
  for (let plane = 0; plane < planes; plane++) {
    const from = plane * total * size;
    kept.set(values.subarray(from, from + length * size), plane * room * size);
  }
  return { dims: [...outer, room, size], values: kept };
}

/** Concatenates attention of runs one after the other: [L, 1, H, T, keys] each, where a later one may have more keys. */
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
 * Concatenates states of tokens of one sequence that were read one after the other.
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

/** Concatenates steps of one sequence, [1, V] each, or takes one step of many, [batch, V]: [batch, T, V]. */
export function stackSteps(parts: readonly Output[]): Output {
  const [first] = parts;
  const stacked = parts.length > 1 ? stackStates(1, parts) : undefined;
  if (stacked) {
    return { dims: stacked.shape, values: stacked.values };
  }
  const [batch = 0, size = 0] = first?.dims ?? [];
  return { dims: [batch, 1, size], values: first?.values ?? new Float32Array() };
}

/** Concatenates states of all layers after each step of one sequence, [1, L, D] each: [L, 1, T, D]. */
export function stackLayers(parts: readonly Output[]): Output | undefined {
  const stacked = stackStates(parts[0]?.dims[1] ?? 0, parts);
  if (!stacked) {
    return undefined;
  }
  const [layers, tokens, hiddenSize] = stacked.shape;
  return { dims: [layers, 1, tokens, hiddenSize], values: stacked.values };
}

/** Concatenates rows: [1, columns] each. */
export function stackRows(parts: readonly Output[]): Rows | undefined {
  const states = stackStates(1, parts);
  return states && { shape: [states.shape[1], states.shape[2]], values: states.values };
}

/** Concatenates vectors of tokens that were read one after the other: [1, H, tokens, K] each. */
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

/** Vectors with the token before the head, [1, tokens, H, K] or [1, tokens, H K], with the head first: [1, H, tokens, K]. */
export function headsFirst({ dims, values }: Output, heads: number): Output {
  const [, tokens = 0] = dims;
  const size = values.length / (tokens * heads || 1);
  const turned = new Float32Array(values.length);
  for (let token = 0; token < tokens; token++) {
    for (let head = 0; head < heads; head++) {
      const from = (token * heads + head) * size;
      turned.set(values.subarray(from, from + size), (head * tokens + token) * size);
    }
  }
  return { dims: [1, heads, tokens, size], values: turned };
}

/** The first `count` heads of [1, H, tokens, K], and the others. */
export function partHeads(
  { dims, values }: Output,
  count: number,
): readonly [first: Output, others: Output] {
  const [batch = 1, heads = 0, tokens = 0, size = 0] = dims;
  const end = count * tokens * size;
  return [
    { dims: [batch, count, tokens, size], values: values.slice(0, end) },
    { dims: [batch, heads - count, tokens, size], values: values.slice(end) },
  ];
}
