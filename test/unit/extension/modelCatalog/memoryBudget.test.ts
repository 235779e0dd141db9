import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  holdersOverBudget,
  totalBytes,
  type MemoryUse,
} from '../../../../src/extension/modelCatalog/memoryBudget';

const holdings: readonly MemoryUse<string>[] = [
  { holder: 'page', bytes: 60, usedAt: 2 },
  { holder: 'host', bytes: 30, usedAt: 1 },
  { holder: 'completion', bytes: 540, usedAt: 3 },
];

test.each([
  ['that all keep to', 630, []],
  ['that the longest idle one alone exceeds', 600, ['host']],
  ['that two exceed', 599, ['host', 'page']],
  ['smaller than the model used last, which stays', 100, ['host', 'page']],
  ['of nothing', 0, ['host', 'page']],
])('a budget %s', (_, budget, giving) => {
  expect(holdersOverBudget(holdings, budget)).toEqual(giving);
});

test('who holds nothing is not asked', () => {
  expect(
    holdersOverBudget([{ holder: 'idle', bytes: 0, usedAt: 0 }, ...holdings], 0),
  ).not.toContain('idle');
});

test('what stays keeps to the budget, or is the one used last alone', () => {
  const holding = fc.record({ bytes: fc.nat(1000), usedAt: fc.nat(1000) });
  fc.assert(
    fc.property(fc.array(holding, { maxLength: 8 }), fc.nat(3000), (some, budget) => {
      const all = some.map((one, holder) => ({ ...one, holder }));
      const giving = new Set(holdersOverBudget(all, budget));
      const staying = all.filter(({ holder, bytes }) => bytes > 0 && !giving.has(holder));
      expect(totalBytes(staying) <= budget || staying.length === 1).toBe(true);
      // Nobody gives back who was used after one that stays.
      const firstStaying = Math.min(...staying.map(({ usedAt }) => usedAt));
      for (const { usedAt } of all.filter(({ holder }) => giving.has(holder))) {
        expect(usedAt).toBeLessThanOrEqual(firstStaying);
      }
    }),
  );
});
