import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampler, type Sampling } from '../../../../src/engine/decoding/sampling';

const sampling = (options: Partial<Sampling> = {}): Sampling => ({
  kind: 'sample',
  temperature: 1,
  seed: 1,
  ...options,
});
const logitsOf = (probabilities: readonly number[]) => Float32Array.from(probabilities, Math.log);

/** How often each token is drawn, as a share. */
function shares(probabilities: readonly number[], options: Partial<Sampling>, seen: number[] = []) {
  const choose = sampler(sampling(options));
  const logits = logitsOf(probabilities);
  const counts = Array<number>(probabilities.length).fill(0);
  const draws = 40_000;
  for (let draw = 0; draw < draws; draw++) {
    counts[choose(logits, seen)]!++;
  }
  return counts.map(count => count / draws);
}

describe('of tokens with the probabilities 0.5, 0.3, 0.15, 0.05', () => {
  const probabilities = [0.15, 0.5, 0.05, 0.3];
  type Case = readonly [
    what: string,
    options: Partial<Sampling>,
    expected: readonly number[],
    seen?: number[],
  ];
  const cases: readonly Case[] = [
    ['nothing but the seed draws them as they are', {}, [0.15, 0.5, 0.05, 0.3]],
    [
      'temperature 0.5 squares them',
      { temperature: 0.5 },
      [0.0225, 0.25, 0.0025, 0.09].map(each => each / 0.365),
    ],
    ['a high temperature makes them alike', { temperature: 1e6 }, [0.25, 0.25, 0.25, 0.25]],
    ['top-k 2 leaves two', { topK: 2 }, [0, 0.625, 0, 0.375]],
    ['top-k above the vocabulary leaves all', { topK: 99 }, [0.15, 0.5, 0.05, 0.3]],
    ['top-p 0.8 leaves two, which have it together', { topP: 0.79 }, [0, 0.625, 0, 0.375]],
    ['top-p 0.81 needs a third', { topP: 0.81 }, [0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95]],
    ['top-p next to 0 leaves the best', { topP: 1e-9 }, [0, 1, 0, 0]],
    ['top-p counts what top-k left as the whole', { topK: 2, topP: 0.62 }, [0, 1, 0, 0]],
    [
      'a penalty of 2 on what was seen halves the logit, doubles a negative one',
      { repetitionPenalty: 2 },
      [0.15, 0.25, 0.05, 0.3].map(each => each / 0.75),
      [1],
    ],
  ];

  test.each(cases.map(one => [one[0], one] as const))('%s', (_, [, options, expected, seen]) => {
    const actual = shares(probabilities, options, seen);
    // 5 standard deviations of a share of 40,000 draws.
    for (const [index, share] of actual.entries()) {
      expect(Math.abs(share - (expected[index] ?? 0))).toBeLessThan(0.0125);
    }
  });
});

test('a penalty divides a positive logit', () => {
  const choose = sampler(sampling({ temperature: 1e-6, repetitionPenalty: 2 }));
  expect(choose(Float32Array.of(3, 2, 0), [0])).toBe(1);
  expect(choose(Float32Array.of(3, 1, 0), [0])).toBe(0);
});

test('as temperature goes to 0, sampling is greedy', () => {
  const distinct = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), {
    minLength: 1,
    maxLength: 100,
  });
  fc.assert(
    fc.property(distinct, fc.integer(), (values, seed) => {
      const logits = Float32Array.from(values, value => value / 50);
      const best = logits.indexOf(Math.max(...logits));
      expect(sampler(sampling({ temperature: 1e-5, seed }))(logits, [])).toBe(best);
      expect(sampler(sampling({ temperature: Number.MIN_VALUE, seed }))(logits, [])).toBe(best);
      expect(sampler(sampling({ topK: 1, seed }))(logits, [])).toBe(best);
    }),
  );
});

test('whatever the options, a token of the vocabulary is drawn, and the same again', () => {
  const logits = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), {
    minLength: 1,
    maxLength: 200,
  });
  const options = fc.record(
    {
      temperature: fc.double({ min: 1e-3, max: 100, noNaN: true }),
      seed: fc.integer(),
      topK: fc.integer({ min: 1, max: 300 }),
      topP: fc.double({ min: 1e-6, max: 1, noNaN: true }),
      repetitionPenalty: fc.double({ min: 1, max: 10, noNaN: true }),
    },
    { requiredKeys: ['temperature', 'seed'] },
  );
  fc.assert(
    fc.property(logits, options, (values, chosen) => {
      const row = Float32Array.from(values);
      const before = [...row];
      const draw = () => {
        const choose = sampler(sampling(chosen));
        return Array.from({ length: 5 }, () => choose(row, [0, 5]));
      };
      const ids = draw();
      expect(ids.every(id => Number.isInteger(id) && id >= 0 && id < row.length)).toBe(true);
      expect(draw()).toEqual(ids);
      expect([...row]).toEqual(before);
    }),
  );
});
