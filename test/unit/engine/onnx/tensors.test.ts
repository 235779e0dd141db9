import { expect, test } from 'vitest';
import {
  stackAttention,
  stackRows,
  stackStates,
  takePositions,
  takeRows,
} from '../../../../src/engine/onnx/tensors';

/** A tensor that counts from `first` on. */
const counting = (dims: readonly number[], first = 1) => ({
  dims,
  values: Float32Array.from(
    { length: dims.reduce((product, each) => product * each, 1) },
    (_, index) => first + index,
  ),
});

test('attention of steps is put together by query, with 0 for what a step could not see', () => {
  // Two layers, one head; the first step sees one key, the second two.
  const attention = stackAttention('decoder', [
    counting([2, 1, 1, 1, 1]),
    counting([2, 1, 1, 1, 2], 10),
  ]);
  expect(attention?.shape).toEqual([2, 1, 2, 2]);
  expect([...(attention?.weights ?? [])]).toEqual([1, 0, 10, 11, 2, 0, 12, 13]);
  expect(stackAttention('cross', [])).toBeUndefined();
});

test('attention of parts of a text is put together by query, head by head', () => {
  const attention = stackAttention('decoder', [
    counting([1, 1, 2, 2, 2]),
    counting([1, 1, 2, 1, 3], 10),
  ]);
  expect(attention?.shape).toEqual([1, 2, 3, 3]);
  expect([...(attention?.weights ?? [])]).toEqual([
    ...[1, 2, 0, 3, 4, 0, 10, 11, 12],
    ...[5, 6, 0, 7, 8, 0, 13, 14, 15],
  ]);
});

test('states are put together by token, layer by layer', () => {
  const states = stackStates(2, [counting([2, 1, 1, 2]), counting([2, 1, 2, 2], 10)]);
  expect(states?.shape).toEqual([2, 3, 2]);
  expect([...(states?.values ?? [])]).toEqual([1, 2, 10, 11, 12, 13, 3, 4, 14, 15, 16, 17]);
  expect(stackStates(2, [])).toBeUndefined();
});

test('rows are put together in their order', () => {
  expect(stackRows([counting([1, 2]), counting([1, 2], 5)])).toEqual({
    shape: [2, 2],
    values: Float32Array.of(1, 2, 5, 6),
  });
});

test('rows of a state are taken in any order, each as often as it is named', () => {
  const past = new Map([
    ['keys', counting([2, 3])],
    ['empty', counting([2, 0, 4])],
  ]);
  const taken = takeRows(past, [1, 1, 0]);
  expect(taken.get('keys')).toEqual({
    dims: [3, 3],
    values: Float32Array.of(4, 5, 6, 4, 5, 6, 1, 2, 3),
  });
  expect(taken.get('empty')?.dims).toEqual([3, 0, 4]);
  expect(takeRows(past, [0, 1]).get('keys')).toBe(past.get('keys')); // Nothing is copied in vain.
  expect(takeRows(past, [0]).get('keys')?.values).toEqual(Float32Array.of(1, 2, 3));
});

test('positions of a cache are cut in every head', () => {
  const past = new Map([['key', counting([1, 2, 3, 2])]]);
  expect(takePositions(past, 1).get('key')).toEqual({
    dims: [1, 2, 1, 2],
    values: Float32Array.of(1, 2, 7, 8),
  });
});
