import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type LineToken,
  predictableBits,
  predictableRuns,
  sumsByLine,
} from '../../../../../src/extension/features/surprisal/lineBits';
import { nextPlace } from '../../../../../src/extension/features/surprisal/nextSurprise';

const lineOf = (line: number, ...bits: (number | undefined)[]): LineToken[] =>
  bits.map(each => ({ line, bits: each, bytes: 2 }));

test('the tokens of a line are summed up; one without a surprisal does not count', () => {
  const sums = sumsByLine([
    ...lineOf(0, undefined, 1, 2),
    ...lineOf(2, 5),
    ...lineOf(3, undefined),
  ]);
  expect([...sums]).toEqual([
    [0, { bits: 3, tokens: 2, bytes: 4 }],
    [2, { bits: 5, tokens: 1, bytes: 2 }],
  ]);
});

test.each<[string, readonly (number | undefined | 'blank')[], readonly [number, number][]]>([
  ['three quiet lines', [9, 1, 1, 1, 9], [[1, 3]]],
  ['two quiet lines are left open', [9, 1, 1, 9], []],
  ['blank lines inside belong to it', [1, 'blank', 1, 'blank', 1, 'blank', 9], [[0, 4]]],
  ['a line that is not read ends it', [1, 1, undefined, 1, 1, 1], [[3, 5]]],
  ['a line at the threshold is not predictable', [1, 1, predictableBits, 1, 1], []],
  ['all', [0, 0, 0], [[0, 2]]],
  ['nothing', [], []],
])('what is folded: %s', (_, lines, expected) => {
  const sums = sumsByLine(
    lines.flatMap((bits, line) => (typeof bits === 'number' ? lineOf(line, bits) : [])),
  );
  const runs = predictableRuns(sums, lines.length, line => lines[line] === 'blank');
  expect(runs.map(({ start, end }) => [start, end])).toEqual(expected);
});

test('going on visits each place once and comes back; going back is the way back', () => {
  const places = fc
    .uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 30 })
    .map(all => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(places, fc.nat(1000), (all, caret) => {
      const first = nextPlace(all, caret, 1)!;
      const visited = [first];
      for (let count = 1; count < all.length; count++) {
        visited.push(nextPlace(all, visited.at(-1)!, 1)!);
      }
      expect(visited.toSorted((a, b) => a - b)).toEqual(all);
      for (const place of all) {
        expect(nextPlace(all, nextPlace(all, place, 1)!, -1)).toBe(place);
      }
    }),
  );
  expect(nextPlace([], 3, 1)).toBeUndefined();
  expect(nextPlace([], 3, -1)).toBeUndefined();
});
