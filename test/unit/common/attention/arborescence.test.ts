import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestTree } from '../../../../src/common/attention/arborescence';

/** Whether every unit comes to the root, which has one unit under it. */
function isTree(heads: readonly number[]): boolean {
  const others = heads.slice(1);
  const reachesRoot = others.every((_, index) => {
    let unit = index + 1;
    for (let step = 0; step < heads.length && unit !== 0; step++) {
      unit = heads[unit] ?? -1;
    }
    return unit === 0;
  });
  return reachesRoot && others.filter(head => head === 0).length === 1;
}

/** Every way to give each unit but the root a head. */
function* assignments(units: number): Generator<number[]> {
  for (let number = 0; number < units ** (units - 1); number++) {
    const digits = Array.from(
      { length: units - 1 },
      (_, place) => Math.floor(number / units ** place) % units,
    );
    yield [-1, ...digits];
  }
}

const sum = (heads: readonly number[], scores: readonly number[]) =>
  heads
    .slice(1)
    .reduce((total, head, index) => total + (scores[(index + 1) * heads.length + head] ?? 0), 0);

const squares = (score: fc.Arbitrary<number>) =>
  fc.integer({ min: 2, max: 5 }).chain(units =>
    fc.record({
      units: fc.constant(units),
      scores: fc.array(score, { minLength: units ** 2, maxLength: units ** 2 }),
    }),
  );

test.each([
  ['numbers of any size', fc.double({ min: -50, max: 50, noNaN: true })],
  ['few different ones, so that many are equal', fc.integer({ min: -2, max: 2 })],
])('no tree has a larger sum: %s', (_, score) => {
  fc.assert(
    fc.property(squares(score), arcs => {
      const heads = bestTree(arcs);
      expect(isTree(heads)).toBe(true);
      const sums = [...assignments(arcs.units)]
        .filter(isTree)
        .map(other => sum(other, arcs.scores));
      expect(sum(heads, arcs.scores)).toBeCloseTo(Math.max(...sums), 9);
    }),
    { numRuns: 300 },
  );
});

test('a long sentence gets a tree', () => {
  const scores = fc.array(fc.double({ min: -9, max: 0, noNaN: true }), {
    minLength: 40 ** 2,
    maxLength: 40 ** 2,
  });
  fc.assert(
    fc.property(scores, numbers => isTree(bestTree({ units: 40, scores: numbers }))),
    { numRuns: 30 },
  );
});

test.each([
  ['a root alone', 1, [-1]],
  ['one word', 2, [-1, 0]],
])('%s', (_, units, heads) => {
  expect(bestTree({ units, scores: new Float32Array(units ** 2) })).toEqual(heads);
});
