import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logSoftmax } from '../../../../src/common/math/logits';
import {
  filterNames,
  filterTokens,
  type SamplingSettings,
} from '../../../../src/common/math/sampling';

const logitsOf = (probabilities: readonly number[]) => Float32Array.from(probabilities, Math.log);

describe('of tokens with the probabilities 0.5, 0.3, 0.15, 0.05', () => {
  const probabilities = [0.15, 0.5, 0.05, 0.3];
  type Case = readonly [
    what: string,
    settings: Partial<SamplingSettings>,
    expected: readonly number[],
    cut: readonly [topK: number, topP: number, minP: number],
  ];
  const cases: readonly Case[] = [
    ['without a filter all are left', {}, probabilities, [0, 0, 0]],
    ['top-k 2 leaves two', { topK: 2 }, [0, 0.625, 0, 0.375], [2, 0, 0]],
    ['top-k above the vocabulary cuts nothing', { topK: 99 }, probabilities, [0, 0, 0]],
    ['top-p 0.79 leaves two', { topP: 0.79 }, [0, 0.625, 0, 0.375], [0, 2, 0]],
    [
      'min-p 0.3 asks for 0.15 where the best has 0.5',
      { minP: 0.299 },
      [0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95],
      [0, 0, 1],
    ],
    ['min-p 1 leaves the best', { minP: 1 }, [0, 1, 0, 0], [0, 0, 3]],
    ['min-p 0 cuts nothing', { minP: 0 }, probabilities, [0, 0, 0]],
    [
      'each filter cuts what the one before it left',
      { topK: 3, topP: 0.8, minP: 0.7 },
      [0, 1, 0, 0],
      [1, 1, 1],
    ],
    [
      'min-p is of the bent distribution: heat lets more through',
      { temperature: 2, minP: 0.5 },
      [0.15, 0.5, 0, 0.3].map(each => Math.sqrt(each) / 1.6421),
      [0, 0, 1],
    ],
  ];
  test.each(cases.map(one => [one[0], one] as const))('%s', (_, [, settings, expected, cut]) => {
    const filtered = filterTokens(logitsOf(probabilities), { temperature: 1, ...settings });
    expect([...filtered.probabilities]).toEqual(
      expected.map(each => expect.closeTo(each, 4) as number),
    );
    expect(filterNames.map(name => filtered.cut[name])).toEqual(cut);
    expect(filtered.kept).toBe(expected.filter(each => each > 0).length);
  });

  test('each token that was cut knows by which filter', () => {
    const { cutBy } = filterTokens(logitsOf(probabilities), {
      temperature: 1,
      topK: 3,
      topP: 0.8,
      minP: 0.7,
    });
    expect([0, 1, 2, 3].map(cutBy)).toEqual(['top-p', undefined, 'top-k', 'min-p']);
  });
});

const settings = fc.record(
  {
    temperature: fc.double({ min: 1e-6, max: 100, noNaN: true }),
    topK: fc.integer({ min: 1, max: 300 }),
    topP: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    minP: fc.double({ min: 0, max: 1, noNaN: true }),
    repetitionPenalty: fc.double({ min: 1, max: 10, noNaN: true }),
  },
  { requiredKeys: ['temperature'] },
);
/** With many that are alike, and long enough to be sorted whole. */
const logits = fc
  .array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 200 })
  .map(values => Float32Array.from(values, value => value / 4));

test('whatever the settings: the sum is 1, the best is left, and what is cut has one reason', () => {
  fc.assert(
    fc.property(logits, settings, (row, chosen) => {
      const before = [...row];
      const seen = [0, 3];
      const { probabilities, kept, cut, cutBy } = filterTokens(row, chosen, seen);
      expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
      const reasons = [...row.keys()].map(cutBy);
      expect(reasons.filter(reason => reason === undefined)).toHaveLength(kept);
      for (const name of filterNames) {
        expect(reasons.filter(reason => reason === name)).toHaveLength(cut[name]);
      }
      for (const [id, reason] of reasons.entries()) {
        expect(reason === undefined || probabilities[id] === 0).toBe(true);
      }
      expect([...row]).toEqual(before);
    }),
  );
});

test('top-k keeps as many as it says, of those alike the lower ids', () => {
  fc.assert(
    fc.property(logits, fc.integer({ min: 1, max: 250 }), (row, topK) => {
      const { probabilities, cutBy } = filterTokens(row, { temperature: 1, topK });
      const order = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b);
      const kept = [...row.keys()].filter(id => cutBy(id) === undefined);
      expect(kept).toEqual(order.slice(0, topK).sort((a, b) => a - b));
      expect(kept.every(id => probabilities[id]! > 0)).toBe(true);
    }),
  );
});

test('without a filter and at temperature 1 it is the model’s own distribution', () => {
  fc.assert(
    fc.property(logits, row => {
      const own = logSoftmax(row).map(Math.exp);
      const { probabilities } = filterTokens(row, { temperature: 1 });
      for (const [id, probability] of own.entries()) {
        expect(probabilities[id]).toBeCloseTo(probability, 9);
      }
    }),
  );
});

test.each([
  ['temperature', { temperature: 0 }],
  ['temperature', { temperature: NaN }],
  ['temperature', { temperature: Infinity }],
  ['topK', { topK: 0 }],
  ['topK', { topK: 1.5 }],
  ['topK', { topK: NaN }],
  ['topP', { topP: 0 }],
  ['topP', { topP: NaN }],
  ['minP', { minP: -0.1 }],
  ['minP', { minP: 1.1 }],
  ['minP', { minP: NaN }],
  ['repetitionPenalty', { repetitionPenalty: 0.5 }],
] as const)('a wrong %s is refused by its name: %o', (name, wrong) => {
  expect(() => filterTokens(Float32Array.of(1, 2), { temperature: 1, ...wrong })).toThrow(
    expect.objectContaining({
      code: 'input-invalid',
      message: expect.stringContaining(name) as string,
    }),
  );
});
