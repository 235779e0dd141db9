import fc from 'fast-check';
import { expect, test } from 'vitest';
import { klDivergence, logOdds } from '../../../../src/common/math/divergence';

const logit = fc.float({ min: -20, max: 20, noNaN: true });
const pairs = fc
  .integer({ min: 1, max: 40 })
  .chain(length =>
    fc.tuple(...[0, 1].map(() => fc.array(logit, { minLength: length, maxLength: length }))),
  )
  .map(rows => rows.map(row => Float32Array.from(row)) as [Float32Array, Float32Array]);

/** By the definition, from probabilities. */
function byDefinition(before: Float32Array, after: Float32Array): number {
  const [p, q] = [before, after].map(logits => {
    const exponentials = Array.from(logits, Math.exp);
    const sum = exponentials.reduce((total, each) => total + each, 0);
    return exponentials.map(each => each / sum);
  }) as [number[], number[]];
  return p.reduce((sum, each, id) => sum + each * Math.log(each / q[id]!), 0);
}

test('divergence is what its definition says, and never below nothing', () => {
  fc.assert(
    fc.property(pairs, ([before, after]) => {
      const divergence = klDivergence(before, after);
      expect(divergence).toBeGreaterThanOrEqual(0);
      expect(divergence).toBeCloseTo(byDefinition(before, after), 6);
    }),
  );
});

test('a distribution does not diverge from itself, nor from its logits moved by a constant', () => {
  fc.assert(
    fc.property(pairs, fc.integer({ min: -5, max: 5 }), ([before], constant) => {
      expect(klDivergence(before, before)).toBeCloseTo(0, 12);
      expect(
        klDivergence(
          before,
          before.map(each => each + constant),
        ),
      ).toBeCloseTo(0, 4);
    }),
  );
});

test('it is known for two fair coins, of which one is bent', () => {
  const bent = Float32Array.of(Math.log(0.25), Math.log(0.75));
  expect(klDivergence(Float32Array.of(0, 0), bent)).toBeCloseTo(0.5 * Math.log(4 / 3), 6);
});

test('what is no number is refused', () => {
  expect(() => klDivergence(Float32Array.of(0, NaN), Float32Array.of(0, 0))).toThrow(/no number/);
});

test('odds are the difference of the log-probabilities', () => {
  const logits = Float32Array.of(1, 3, 2);
  expect(logOdds(logits, [1, 0])).toBe(2);
  expect(logOdds(logits, [0, 1])).toBe(-2);
});
