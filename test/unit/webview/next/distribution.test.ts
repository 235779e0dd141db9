import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bend,
  candidatesOf,
  distributionOf,
  ownDistribution,
  probabilityOf,
  sortedIds,
} from '../../../../webview/next/distribution';

const logits = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

test('ids are sorted by logit, of equal ones the lower first', () => {
  fc.assert(
    fc.property(logits, values => {
      const array = Float32Array.from(values);
      const naive = [...array.keys()].sort((a, b) => array[b]! - array[a]! || a - b);
      expect([...sortedIds(array)]).toEqual(naive);
    }),
  );
  expect([...sortedIds(Float32Array.of(-0, 0, -Infinity, Infinity, 1e-40))]).toEqual([
    3, 4, 0, 1, 2,
  ]);
});

const distribution = distributionOf(Float32Array.of(0, Math.log(4), Math.log(2), Math.log(3)));
const own = [0.1, 0.4, 0.2, 0.3];

describe('the distribution', () => {
  test("is the model's own, over the whole vocabulary", () => {
    own.forEach((probability, id) =>
      expect(probabilityOf(distribution, id)).toBeCloseTo(probability, 6),
    );
    expect([...distribution.massOf].map(mass => Number(mass.toFixed(6)))).toEqual([
      0, 0.4, 0.7, 0.9, 1,
    ]);
  });

  test('untouched loses nothing', () => {
    const { cuts, kept } = bend(distribution, ownDistribution);
    expect(kept).toEqual({ count: 4, mass: 1 });
    expect(Object.values(cuts)).toEqual([
      { count: 0, mass: 0 },
      { count: 0, mass: 0 },
      { count: 0, mass: 0 },
    ]);
  });

  test.each([
    [{ topK: 3 }, { 'top-k': [1, 0.1] }, 3],
    [{ topP: 0.6 }, { 'top-p': [2, 0.3] }, 2],
    [{ minP: 0.6 }, { 'min-p': [2, 0.3] }, 2],
    [{ topK: 3, minP: 0.6 }, { 'top-k': [1, 0.1], 'min-p': [1, 0.2] }, 2],
    [{ topK: 99 }, {}, 4],
    [{ temperature: 0.01, topP: 0.5 }, { 'top-p': [3, 0.6] }, 1],
  ] as const)('cut by %j loses %j', (change, expected, count) => {
    const { cuts, kept } = bend(distribution, { ...ownDistribution, ...change });
    const lost: Record<string, readonly [number, number]> = expected;
    for (const [name, cut] of Object.entries(cuts)) {
      const [tokens, mass] = lost[name] ?? [0, 0];
      expect(cut.count).toBe(tokens);
      expect(cut.mass).toBeCloseTo(mass, 6);
    }
    expect(kept.count).toBe(count);
  });

  test('tells of each token its own probability, the one after, and what cut it', () => {
    const bent = bend(distribution, { ...ownDistribution, topK: 2 });
    const candidates = candidatesOf(distribution, bent, 3);
    expect(candidates.map(({ id, rank, cutBy }) => [id, rank, cutBy])).toEqual([
      [1, 1, undefined],
      [3, 2, undefined],
      [2, 3, 'top-k'],
    ]);
    expect(candidates[0]?.filtered).toBeCloseTo(4 / 7, 6);
    expect(candidates[2]).toMatchObject({ filtered: 0, logit: Math.fround(Math.log(2)) });
  });

  test('is cut into what was lost and what is left, whatever the controls', () => {
    const controls = fc.record({
      temperature: fc.double({ min: 0.01, max: 5, noNaN: true }),
      topK: fc.nat(300),
      topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
      minP: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(logits, controls, (values, set) => {
        const all = distributionOf(Float32Array.from(values));
        const { cuts, kept } = bend(all, set);
        const parts = [...Object.values(cuts), kept];
        expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        expect(parts.reduce((sum, { mass }) => sum + mass, 0)).toBeCloseTo(1, 9);
        expect(kept.count).toBeGreaterThan(0);
        expect(parts.every(({ mass }) => mass >= 0)).toBe(true);
      }),
    );
  });
});
