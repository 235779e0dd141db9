import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankAgreement } from '../../../../src/common/math/rankCorrelation';

// scipy.stats.kendalltau of the same lists.
test.each([
  [[1, 2, 3, 4, 5], [3, 1, 4, 2, 5], 0.4],
  [[12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.4714045207910316],
  [[1, 1, 2, 3, 3, 3], [2, 1, 2, 2, 5, 1], 0.2727272727272727],
])('agrees with SciPy on %j and %j', (a, b, tau) => {
  expect(rankAgreement(a, b)?.tau).toBeCloseTo(tau, 12);
});

const distinct = fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 30 });

test('an order agrees wholly with itself, and not at all with its reverse', () => {
  fc.assert(
    fc.property(distinct, values => {
      expect(rankAgreement(values, values)).toEqual({ tau: 1, alike: 1 });
      const reversed = values.map(value => -value);
      expect(rankAgreement(values, reversed)).toEqual({ tau: -1, alike: 0 });
    }),
  );
});

test('lists that put nothing before anything else have no order to compare', () => {
  expect(rankAgreement([], [])).toBeUndefined();
  expect(rankAgreement([1], [2])).toBeUndefined();
  expect(rankAgreement([1, 1, 1], [1, 2, 3])).toBeUndefined();
});
