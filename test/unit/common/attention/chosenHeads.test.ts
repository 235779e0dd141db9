import { expect, test } from 'vitest';
import {
  averagedHeads,
  existingHeads,
  isSameChoice,
  resolveHeads,
} from '../../../../src/common/attention/chosenHeads';

const shape = [2, 3] as const;
const telling = { layer: 1, head: 2 };
const there = { layer: 0, head: 1 };
const missing = { layer: 4, head: 9 };

test.each([
  ['nothing', undefined, [telling]],
  ['all', [], []],
  ['a head', [there], [there]],
  ['a head that the model does not have', [missing], [telling]],
  ['a head of a layer that the model has, beyond its heads', [{ layer: 0, head: 3 }], [telling]],
  ['two heads of which it has one', [missing, there], [there]],
])('a choice of %s is resolved', (_, chosen, expected) => {
  expect(resolveHeads(chosen, shape, telling)).toEqual(expected);
});

test('where no head tells anything and none is chosen, all are averaged', () => {
  const heads = resolveHeads(undefined, shape, undefined);
  expect(averagedHeads(heads, shape)).toHaveLength(6);
  expect(averagedHeads([there], shape)).toEqual([there]);
});

test('a choice of which nothing is there is no choice', () => {
  expect(existingHeads([missing], shape)).toBeUndefined();
  expect(existingHeads([], shape)).toEqual([]);
});

test('choices are the same whatever their order, and no choice is not that of all', () => {
  expect(isSameChoice([there, telling], [telling, there])).toBe(true);
  expect(isSameChoice([there], [there, telling])).toBe(false);
  expect(isSameChoice(undefined, [])).toBe(false);
  expect(isSameChoice(undefined, undefined)).toBe(true);
});
