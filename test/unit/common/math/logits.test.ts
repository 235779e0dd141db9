import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestIndices, logSoftmax, rowOf, topTokens } from '../../../../src/common/math/logits';

const logits = fc
  .array(fc.integer({ min: -8000, max: 8000 }), { minLength: 1, maxLength: 300 })
  .map(values => Float32Array.from(values, value => value / 100));

test('probabilities of a row sum to 1, and keep the order of the logits', () => {
  fc.assert(
    fc.property(logits, row => {
      const distribution = logSoftmax(row);
      const sum = distribution.reduce((total, each) => total + Math.exp(each), 0);
      expect(sum).toBeCloseTo(1, 9);
      const [best = 0] = largestIndices(distribution, 1);
      expect(row[best]).toBe(Math.max(...row));
    }),
  );
});

test('a shift of all logits changes nothing', () => {
  const row = Float32Array.of(1, 2, 3);
  const far = row.map(logit => logit + 1000);
  expect([...logSoftmax(far)]).toEqual(
    [...logSoftmax(row)].map(each => expect.closeTo(each, 9) as number),
  );
  expect(logSoftmax(Float32Array.of(Math.log(1), Math.log(3)))[1]).toBeCloseTo(Math.log(0.75), 6);
});

test.each([NaN, Infinity, -Infinity])('the logit %s is refused, with what to do', wrong => {
  expect(() => logSoftmax(Float32Array.of(0, wrong, 1))).toThrow(
    expect.objectContaining({
      code: 'model-invalid',
      message: expect.stringMatching(/file is damaged\. Reinstall/) as string,
    }),
  );
});

test('the largest come first, of equal ones the lower index, as sorting has it', () => {
  const values = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 200 }), (numbers, count) => {
      const sorted = numbers
        .map((value, index) => ({ value, index }))
        .sort((a, b) => b.value - a.value || a.index - b.index)
        .slice(0, count)
        .map(({ index }) => index);
      expect(largestIndices(Float64Array.from(numbers), count)).toEqual(sorted);
    }),
  );
});

test('the most probable tokens come with their log-probabilities', () => {
  const distribution = logSoftmax(Float32Array.from([0.2, 0.5, 0.3], Math.log));
  const top = topTokens(distribution, 2);
  expect(top.map(({ id }) => id)).toEqual([1, 2]);
  expect(top.map(({ logProbability }) => Math.exp(logProbability))).toEqual([
    expect.closeTo(0.5, 6),
    expect.closeTo(0.3, 6),
  ]);
});

test('a row is a view of its numbers', () => {
  expect([...rowOf(Float32Array.of(1, 2, 3, 4, 5, 6), 1, 3)]).toEqual([4, 5, 6]);
});
