/** How far a token was expected, in levels; and the token of the text among the bars. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bend,
  candidatesOf,
  distributionOf,
  ownDistribution,
} from '../../../../webview/next/distribution';
import { bitsOf, levelOf } from '../../../../webview/next/textScores';

test.each([
  [1, 0],
  [10, 0],
  [11, 1],
  [100, 1],
  [101, 2],
  [1000, 2],
  [1001, 3],
])('rank %i has level %i', (rank, level) => {
  expect(levelOf('rank', 0, rank)).toBe(level);
});

test('a level rises with the bits, and is none where nothing is known', () => {
  expect(levelOf('off', 1, 1)).toBeUndefined();
  expect(levelOf('bits', undefined, undefined)).toBeUndefined();
  expect(levelOf('bits', 2.9, 1)).toBe(0);
  expect(levelOf('bits', 3, 1)).toBe(1);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 40 }), fc.double({ min: 0, max: 40 }), (a, b) => {
      expect(levelOf('bits', Math.min(a, b), 1)).toBeLessThanOrEqual(
        levelOf('bits', Math.max(a, b), 1) ?? -1,
      );
    }),
  );
});

test('bits are halvings of a probability', () => {
  expect(bitsOf(Math.log(1))).toBe(0);
  expect(bitsOf(Math.log(0.5))).toBeCloseTo(1, 12);
  expect(bitsOf(Math.log(1 / 1024))).toBeCloseTo(10, 12);
});

test('a wanted token is among the candidates once, with its own rank', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: 2, maxLength: 60, min: -20, max: 20, noNaN: true }),
      fc.nat(),
      fc.integer({ min: 1, max: 20 }),
      (logits, pick, count) => {
        const wanted = pick % logits.length;
        const distribution = distributionOf(logits);
        const bent = bend(distribution, ownDistribution);
        const found = candidatesOf(distribution, bent, count, wanted).filter(
          ({ id }) => id === wanted,
        );
        expect(found).toHaveLength(1);
        // Counted anew: those above it, and of equal ones those with a lower id.
        const above = [...logits].filter(
          (logit, id) => logit > logits[wanted]! || (logit === logits[wanted] && id < wanted),
        ).length;
        expect(found[0]?.rank).toBe(above + 1);
      },
    ),
  );
});
