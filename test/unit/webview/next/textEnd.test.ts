import { describe, expect, test } from 'vitest';
import { goesOnInWord, textEnd } from '../../../../webview/next/textEnd';
import type { SpelledToken } from '../../../../webview/next/tokenLabels';

/** Where to look instead, as a `|` in the text. */
function place(text: string, endsInWord = false): string {
  const held = textEnd(text, endsInWord)?.held ?? 0;
  return `${text.slice(0, text.length - held)}|${text.slice(text.length - held)}`;
}

describe('the place to look from is before', () => {
  test.each([
    ['The capital of France is ', 'The capital of France is| '],
    ['I have two cats.  ', 'I have two cats.|  '],
    ['The end of the pier.\n\n', 'The end of the pier.\n|\n'],
    ['The end of the pier.\r\n\r\n', 'The end of the pier.\r\n|\r\n'],
    ['def add(a, b):\n\t', 'def add(a, b):\n|\t'],
    ['def add(a, b):\n    ', 'def add(a, b):\n   | '],
    ['total := 0\n\t\t', 'total := 0\n\t|\t'],
    ['Visit our page at https:', 'Visit our page at https|:'],
    ['print(f"', 'print(f|"'],
    ['<a href="', '<a href|="'],
  ])('%j: %j', (text, expected) => {
    expect(place(text)).toBe(expected);
  });

  test.each([
    ['def f():\n    retur', 'def f():\n   | retur'],
    ['a ship ca', 'a ship| ca'],
    ['(retur', '(|retur'],
    ['I don’', 'I don’|'],
    ['I don’t', 'I| don’t'],
    ['a\nbc', 'a\n|bc'],
  ])('a word that is cut, %j: %j', (text, expected) => {
    expect(place(text, true)).toBe(expected);
  });
});

describe('the end of the text is as good as any other', () => {
  test.each([
    'Germany is',
    'The cat sat.',
    'A line.\n',
    'A line.\r\n',
    'one\t',
    'Yes, ca',
    '喝了咖啡。',
  ])('of %j', text => {
    expect(textEnd(text, false)).toBeUndefined();
  });
  test.each([' ', '\n\n', ':', '  ('])('of %j, before which nothing stands', text => {
    expect(textEnd(text, false)).toBeUndefined();
  });
  test('of a word before which nothing stands', () => {
    expect(textEnd('retur', true)).toBeUndefined();
  });
});

const token = (label: string): SpelledToken => ({
  ...{ label, isSpecial: false },
  parts: [{ kind: 'text', text: label }],
});
const likeliest = (...tokens: readonly (readonly [string, number])[]) =>
  tokens.map(([label, probability]) => ({ token: token(label), probability }));

describe('a word goes on', () => {
  test.each([
    ['def f():\n    retur', likeliest(['nd', 0.66], ['n', 0.2]), true],
    ['a ship ca', likeliest(['j', 0.45], ['pt', 0.2], ['·', 0.1]), true],
    ['Germany is', likeliest(['·Berlin', 0.7], ['land', 0.1]), false],
    ['The cat sat.', likeliest(['The', 0.9]), false],
    ['Germany is ', likeliest(['Berlin', 0.9]), false],
    ['我早上喝了', likeliest(['咖', 0.9]), false],
    ['in 19', likeliest(['9', 0.9]), false],
  ])('after %j', (text, tokens, expected) => {
    expect(goesOnInWord(text, tokens)).toBe(expected);
  });
});
