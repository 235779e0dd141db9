import { expect, test } from 'vitest';
import type { DomainShift } from '../../../../src/common/protocol/engine/analyze';
import { cautionOf } from '../../../../webview/common/caution';

const text = 'WHERE IS IT? OH NO! **haddock** मैं';
const where: DomainShift = { kind: 'capitals', start: 0, end: 12, readAs: 'Where is it?' };
const rareWords = [{ start: 22, end: 29, sentences: 0 }];

test.each<readonly [string, readonly DomainShift[], string | undefined]>([
  ['nothing', [], undefined],
  [
    'capitals',
    [where],
    '“WHERE IS IT?” was read as “Where is it?”: no sentence that it learned from is in capitals.',
  ],
  [
    'more than one sentence in capitals',
    [where, { kind: 'capitals', start: 13, end: 19, readAs: 'Oh no!' }],
    '“WHERE IS IT?” was read as “Where is it?”, and 1 other likewise: no sentence that it learned from is in capitals.',
  ],
  [
    'no word',
    [{ kind: 'no-words' }],
    'It learned from sentences alone: what it makes of a text without a word is a guess.',
  ],
  [
    'markup',
    [{ kind: 'markup', start: 20, end: 31 }],
    'It never saw markup or code, like “**haddock**”: what it makes of that is a guess.',
  ],
  [
    'another script',
    [{ kind: 'script', start: 32, end: 35 }],
    'It learned from English alone, and cannot read “मैं”.',
  ],
  [
    'length',
    [{ kind: 'length', words: 1234, maxWords: 47 }],
    'The text is longer than all that it learned from (1,234 words, where the longest had 47): it guesses more and more. Translate one sentence at a time.',
  ],
])('says of %s what there is to say', (_, unlike, expected) => {
  expect(cautionOf(text, { domainShifts: unlike })).toBe(expected);
});

test('names rare words after it, but not those of a script that it cannot read', () => {
  expect(cautionOf(text, { domainShifts: [where], rareWords })).toMatch(
    /capitals\. Hardly seen in training: haddock \(never\)\./,
  );
  const script = { kind: 'script', start: 32, end: 35 } as const;
  expect(cautionOf(text, { domainShifts: [script], rareWords })).not.toMatch(/Hardly/);
});

test('quotes no more than fits a line', () => {
  const long = 'A'.repeat(200);
  const unlike = [{ kind: 'markup', start: 0, end: 200 } as const];
  expect(cautionOf(long, { domainShifts: unlike })).toContain(`“${'A'.repeat(60)}…”`);
});
