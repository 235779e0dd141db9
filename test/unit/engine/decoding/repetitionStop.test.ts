import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsInLoop } from '../../../../src/engine/decoding/sequences';

const repeat = (part: readonly number[], times: number) =>
  Array<readonly number[]>(times).fill(part).flat();
const range = (length: number) => Array.from({ length }, (_, index) => index);

const cases: readonly (readonly [string, readonly number[], boolean])[] = [
  ['nothing', [], false],
  ['one token 23 times', repeat([7], 23), false],
  ['one token 24 times', repeat([7], 24), true],
  ['two in turn, 24 together', repeat([1, 2], 12), true],
  ['two in turn, 22 together', repeat([1, 2], 11), false],
  ['a sentence three times', repeat(range(10), 3), true],
  ['a sentence twice', repeat(range(20), 2), false],
  ['a sentence three times, and a part of it', [...repeat(range(10), 3), 0, 1, 2], true],
  ['a sentence three times, and another word', [...repeat(range(10), 3), 99], false],
  ['a beginning of its own', [...range(50).map(id => id + 100), ...repeat(range(9), 3)], true],
  ['counting', range(500), false],
  ['a refrain among verses', repeat([...range(12), ...range(3)], 2), false],
];

test.each(cases)('%s', (_, tokens, expected) => {
  expect(endsInLoop(tokens)).toBe(expected);
});

test('any part that stands there often enough is a loop, wherever the text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(50), { maxLength: 30 }),
      fc.nat(29),
      (part, before, more) => {
        const copies = Math.max(3, Math.ceil(24 / part.length));
        const tokens = [...before, ...repeat(part, copies), ...part.slice(0, more)];
        expect(endsInLoop(tokens)).toBe(true);
      },
    ),
  );
});
