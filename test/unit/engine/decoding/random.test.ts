import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { uniformNumbers, xoshiro128 } from '../../../../src/engine/decoding/sampling';

const drawn = (seed: number, count: number) => {
  const uniform = uniformNumbers(seed);
  return Array.from({ length: count }, uniform);
};

test('the generator gives the published sequence of its kind', () => {
  const next = xoshiro128([1, 2, 3, 4]);
  expect(Array.from({ length: 5 }, next)).toEqual([11520, 0, 5927040, 70819200, 2031721883]);
});

test('the same seed gives the same numbers, in [0, 1)', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), seed => {
      const numbers = drawn(seed, 50);
      expect(drawn(seed, 50)).toEqual(numbers);
      expect(numbers.every(number => number >= 0 && number < 1)).toBe(true);
    }),
  );
});

test('numbers are spread evenly: the chi-square of 100 boxes is within 5 deviations', () => {
  for (const seed of [0, 1, 42, -7, 2 ** 40]) {
    const boxes = Array<number>(100).fill(0);
    for (const number of drawn(seed, 100_000)) {
      boxes[Math.floor(number * 100)]!++;
    }
    const chiSquare = boxes.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(Math.abs(chiSquare - 99) / Math.sqrt(2 * 99)).toBeLessThan(5);
  }
});

test('numbers say nothing of those that follow: correlations to a lag of 20 are within 5 deviations', () => {
  const count = 50_000;
  const numbers = drawn(7, count).map(number => (number - 0.5) * Math.sqrt(12));
  for (let lag = 1; lag <= 20; lag++) {
    let sum = 0;
    for (let index = lag; index < count; index++) {
      sum += (numbers[index] ?? 0) * (numbers[index - lag] ?? 0);
    }
    expect(Math.abs(sum) / Math.sqrt(count - lag)).toBeLessThan(5);
  }
});

test('neighbouring seeds have nothing in common: their first numbers are spread evenly too', () => {
  const boxes = Array<number>(50).fill(0);
  for (let seed = 0; seed < 50_000; seed++) {
    boxes[Math.floor(uniformNumbers(seed)() * 50)]!++;
  }
  const chiSquare = boxes.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(Math.abs(chiSquare - 49) / Math.sqrt(2 * 49)).toBeLessThan(5);
});
