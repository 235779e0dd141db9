import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { scopeOf, scopesOf } from '../../../../../src/extension/features/surprisal/scope';
import type { TextSource } from '../../../../../src/extension/subject/textSpan';

const sourceOf = (text: string): TextSource => ({
  length: text.length,
  read: (start, end) => text.slice(start, end),
});

/** `[` and `]` around what is selected; what is read is given back with what is looked at in these. */
function read(marked: string): string {
  const start = marked.indexOf('[');
  const text = marked.replace('[', '').replace(']', '');
  const scope = scopeOf(sourceOf(text), { start, end: marked.indexOf(']') - 1 });
  const [from, to] = [scope.start + scope.lead, scope.end - scope.trail];
  return `${text.slice(scope.start, from)}[${text.slice(from, to)}]${text.slice(to, scope.end)}`;
}

test.each([
  // The space belongs to the word's token.
  ['They [climbed] the hill.', ' [climbed]'],
  ['They cl[imb]ed the hill.', ' [climbed]'],
  ['They [climbed the h]ill.', ' [climbed the hill].'],
  ['end.\n\n    [climbed] up', '\n\n    [climbed]'],
  ['end.\r\n\r\n[climbed] up', '\r\n\r\n[climbed]'],
  ['say "[climbed]", and', ' "[climbed]",'],
  ['call(fo[o]())', 'call([foo]())'],
  ['They[ climbed ]the hill.', ' [climbed]'],
  ['They [ ]climbed', ' [ ]climbed'],
  ['[They] climbed', '[They]'],
  ['climbed [hill]', ' [hill]'],
  ['I don[’]t know', ' [don’t]'],
  ['[😀] up', '[😀]'],
])('of %j is read %j', (marked, expected) => {
  expect(read(marked)).toBe(expected);
});

test('one word in a text without any white space is found, and not all of it is read', () => {
  const text = 'x'.repeat(5000);
  const scope = scopeOf(sourceOf(text), { start: 2500, end: 2501 });
  expect(scope.start).toBeGreaterThan(1000);
  expect(scope.end).toBeLessThan(4000);
});

test('what is selected is looked at, what is looked at is read, and no scope meets another', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\n', '.', '(', '早', '\ud83d', '\ude00') }),
      fc.array(fc.nat(60), { minLength: 2, maxLength: 8 }),
      (text, places) => {
        const ends = [...new Set(places.filter(place => place <= text.length))].sort(
          (a, b) => a - b,
        );
        const selected = ends.flatMap((start, index) =>
          index % 2 === 0 && ends[index + 1] !== undefined
            ? [{ start, end: ends[index + 1]! }]
            : [],
        );
        const scopes = scopesOf(sourceOf(text), selected);
        const looked = scopes
          .map(({ start, end, lead, trail }) => text.slice(start + lead, end - trail))
          .join('\n');
        for (const { start, end } of selected) {
          expect(looked).toContain(text.slice(start, end).trim());
        }
        scopes.forEach((scope, index) => {
          expect(scope.lead).toBeGreaterThanOrEqual(0);
          expect(scope.trail).toBeGreaterThanOrEqual(0);
          expect(scope.start).toBeGreaterThanOrEqual(scopes[index - 1]?.end ?? 0);
          expect(scope.end).toBeLessThanOrEqual(text.length);
        });
      },
    ),
  );
});
