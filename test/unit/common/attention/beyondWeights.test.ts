import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  attentionRollout,
  rowShares,
  stateChange,
  valueWeighted,
} from '../../../../src/common/attention/beyondWeights';
import type { Attention } from '../../../../src/common/protocol/engine/types';
import { attention, differenceOf, layers, reference, states, unpacked } from './measures';

test('attention is weighted by values as numpy does it, with the output projection and without', () => {
  for (const [layer, { values, projection, weighted, unprojected }] of layers.entries()) {
    expect(
      differenceOf(valueWeighted(attention, layer, values, projection), weighted),
    ).toBeLessThan(1e-5);
    expect(differenceOf(valueWeighted(attention, layer, values), unprojected)).toBeLessThan(1e-5);
    expect(differenceOf(weighted, unprojected)).toBeGreaterThan(0.1);
  }
});

test('heads that share values take each from its own', () => {
  // Two heads of queries share the first value, two the second.
  const shared: Attention = {
    kind: 'decoder',
    shape: [1, 4, 1, 1],
    weights: Float32Array.of(1, 1, 1, 1),
  };
  const values = { shape: [2, 1, 2] as const, values: Float32Array.of(3, 4, 0, 1) };
  expect([...valueWeighted(shared, 0, values)]).toEqual([5, 5, 1, 1]);
});

test('attention is rolled out as numpy does it', () => {
  expect(differenceOf(attentionRollout(attention), unpacked(reference.rollout))).toBeLessThan(1e-5);
});

test('every row of a rollout sums to 1, whatever the heads do', () => {
  const size = 4;
  const rows = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: size, maxLength: size });
  fc.assert(
    fc.property(fc.array(rows, { minLength: 6 * size, maxLength: 6 * size }), numbers => {
      const weights = Float32Array.from(
        numbers.flatMap(row => row.map(x => x / row.reduce((sum, y) => sum + y, 0))),
      );
      const rolled = attentionRollout({ kind: 'encoder', shape: [3, 2, size, size], weights });
      for (let start = 0; start < rolled.length; start += size) {
        const sum = rolled.slice(start, start + size).reduce((total, x) => total + x, 0);
        expect(sum).toBeCloseTo(1, 5);
      }
    }),
  );
});

test('rows become shares of their sums', () => {
  expect([...rowShares(Float64Array.of(1, 3, 0, 0), 2)]).toEqual([0.25, 0.75, 0, 0]);
});

test('the change of states is what numpy says', () => {
  const change = stateChange(states('before'), states('after'));
  expect(differenceOf(change, unpacked(reference.change))).toBeLessThan(1e-5);
  expect([...stateChange(states('before'), states('before'))].every(x => x === 0)).toBe(true);
});
