import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { expOfNegative } from '../../../../src/common/math/logits';

test('a power of e is right to the last digits', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 0, noNaN: true }), x => {
      expect(Math.abs(expOfNegative(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    }),
    { numRuns: 10_000 },
  );
  // Those that stand for most of a distribution.
  for (let x = 0; x > -40; x -= 0.00137) {
    expect(Math.abs(expOfNegative(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
  }
});

test.each([
  [0, 1],
  [-0, 1],
  [-745, 5e-324],
  [-746, 0],
  [-Infinity, 0],
  [NaN, NaN],
])('e to the power of %s is %s', (x, power) => {
  expect(expOfNegative(x)).toBe(power);
});
