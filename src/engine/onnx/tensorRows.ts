import { rowOf } from '../../common/math/logits';
import type { Output } from './session';

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

/** The named rows of the first axis, in this order, each as often as it is named. Whole tensors go on as they are. */
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
