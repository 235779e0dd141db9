import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BeamNode } from '../../../../src/common/protocol/engine/generate';
import { beamScores, lineWidth, rowsOf } from '../../../../webview/next/beamTree';

test('a token stands in the row of its first continuation, and no two of a step in the same place', () => {
  const parents = fc
    .array(fc.nat(), { minLength: 1, maxLength: 30 })
    .map(seeds => seeds.map((seed, index) => ({ parent: (seed % (index + 1)) - 1 })));
  fc.assert(
    fc.property(parents, nodes => {
      const rows = rowsOf(nodes);
      const steps: number[] = [];
      nodes.forEach(({ parent }) => steps.push(parent < 0 ? 0 : steps[parent]! + 1));
      const places = nodes.map((_, index) => `${steps[index]},${rows[index]}`);
      expect(new Set(places).size).toBe(nodes.length);
      nodes.forEach(({ parent }, index) => {
        const isFirst = nodes.findIndex(each => each.parent === parent) === index;
        if (parent >= 0) {
          expect(rows[index]! >= rows[parent]!).toBe(true);
          expect(rows[index] === rows[parent]).toBe(isFirst);
        }
      });
    }),
  );
});

test('ways are told by their sum over their length, the winner first', () => {
  const node = (step: number, total: number, hypothesis?: number) =>
    ({ step, total, hypothesis }) as BeamNode;
  expect(beamScores([node(0, -1), node(1, -3, 1), node(2, -3, 0)])).toEqual([
    { hypothesis: 0, total: -3, length: 3, score: -1, node: 2 },
    { hypothesis: 1, total: -3, length: 2, score: -1.5, node: 1 },
  ]);
});

test('a line is wider the more probable its token is', () => {
  expect([0, 0.5, 1].map(lineWidth)).toEqual([1, 4.5, 8]);
});
