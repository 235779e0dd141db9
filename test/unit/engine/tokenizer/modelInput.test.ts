import { describe, expect, test } from 'vitest';
import { fitContext, encodeWhole } from '../../../../src/engine/tokenizer/modelInput';
import { JsonTokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { readTinyBert } from '../modelFolder';

const tokenizer = new JsonTokenizer(readTinyBert().tokenizer);
const contextLength = 12;
/** Words of one letter, so that tokens can be counted. */
const letters = (count: number, first = 'a') =>
  Array.from({ length: count }, (_, index) =>
    String.fromCharCode(first.charCodeAt(0) + (index % 13)),
  ).join(' ');
const spell = (tokens: readonly { readonly text: string }[]) =>
  tokens.map(({ text }) => text).join(' ');

test('one text stands between its special tokens', () => {
  const { tokens, window, dropped } = fitContext(tokenizer, contextLength, { text: 'the cat' }, 0);
  expect(tokens).toEqual([
    { id: 2, text: '[CLS]', start: 0, end: 0, segment: 0, isSpecial: true, word: -1 },
    { id: 122, text: 'the', start: 0, end: 3, segment: 0, isSpecial: false, word: 0 },
    { id: 249, text: 'cat', start: 4, end: 7, segment: 0, isSpecial: false, word: 1 },
    { id: 3, text: '[SEP]', start: 0, end: 0, segment: 0, isSpecial: true, word: -1 },
  ]);
  expect(window).toEqual({ start: 0, count: 2, total: 2 });
  expect(dropped).toBe(0);
});

test('a pair has two segments, offsets of its own in each, and words counted through', () => {
  const { tokens } = fitContext(
    tokenizer,
    contextLength,
    { text: 'the cat', textPair: 'a cat' },
    0,
  );
  expect(spell(tokens)).toBe('[CLS] the cat [SEP] a cat [SEP]');
  expect(tokens.map(({ segment }) => segment)).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(tokens.map(({ word }) => word)).toEqual([-1, 0, 1, -1, 2, 3, -1]);
  expect(tokens.map(({ start }) => start)).toEqual([0, 0, 4, 0, 0, 2, 0]);
});

test('a special token that stands in the text is a token of the text', () => {
  const { tokens } = fitContext(tokenizer, contextLength, { text: 'the [MASK]' }, 0);
  expect(tokens[2]).toMatchObject({ text: '[MASK]', start: 4, end: 10, isSpecial: false, word: 1 });
});

/** 12 places: 10 beside [CLS] and [SEP], 9 for a pair. Tokens of A and B; where the window starts; what is seen. */
const windows: readonly (readonly [
  a: number,
  b: number | undefined,
  start: number,
  seen: { start: number; count: number; b: number; dropped: number },
])[] = [
  [10, undefined, 0, { start: 0, count: 10, b: 0, dropped: 0 }],
  [10, undefined, 5, { start: 0, count: 10, b: 0, dropped: 0 }],
  [25, undefined, 0, { start: 0, count: 10, b: 0, dropped: 15 }],
  [25, undefined, 7, { start: 7, count: 10, b: 0, dropped: 15 }],
  [25, undefined, 20, { start: 15, count: 10, b: 0, dropped: 15 }],
  [25, undefined, -3, { start: 0, count: 10, b: 0, dropped: 15 }],
  [25, undefined, 2.7, { start: 2, count: 10, b: 0, dropped: 15 }],
  [5, 4, 0, { start: 0, count: 5, b: 4, dropped: 0 }],
  [20, 3, 0, { start: 0, count: 6, b: 3, dropped: 14 }],
  [20, 3, 9, { start: 9, count: 6, b: 3, dropped: 14 }],
  [3, 20, 0, { start: 0, count: 3, b: 6, dropped: 14 }],
  [20, 20, 4, { start: 4, count: 5, b: 4, dropped: 31 }],
];

test.each(windows)('%i and %s tokens from %i on', (a, b, start, seen) => {
  const textPair = b === undefined ? undefined : letters(b, 'n');
  const input = fitContext(tokenizer, contextLength, { text: letters(a), textPair }, start);
  expect(input.window).toEqual({ start: seen.start, count: seen.count, total: a });
  expect(input.dropped).toBe(seen.dropped);
  expect(input.tokens.length).toBeLessThanOrEqual(contextLength);
  const own = input.tokens.filter(({ isSpecial }) => !isSpecial);
  expect(spell(own.filter(({ segment }) => segment === 0))).toBe(
    letters(a)
      .split(' ')
      .slice(seen.start, seen.start + seen.count)
      .join(' '),
  );
  expect(spell(own.filter(({ segment }) => segment === 1))).toBe(
    letters(b ?? 0, 'n')
      .split(' ')
      .slice(0, seen.b)
      .join(' '),
  );
});

describe('a text with nothing in it is refused:', () => {
  test.each([
    ['nothing', { text: '' }, 'The text is empty'],
    ['white space', { text: ' \r\n\t' }, 'nothing but white space in the text'],
    ['controls', { text: '\0\u200b\ud800' }, 'The text is empty'],
    [
      'what the vocabulary lacks',
      { text: '\u{1F600} \u4e2d' },
      'The model knows nothing in the text',
    ],
    ['an empty first text', { text: '', textPair: 'a' }, 'The first text is empty'],
    ['a blank second text', { text: 'a', textPair: ' ' }, 'white space in the second text'],
  ])('%s', (_, texts, message) => {
    expect(() => fitContext(tokenizer, contextLength, texts, 0)).toThrow(
      expect.objectContaining({
        code: 'input-empty',
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});

test('the whole is never cut, and may be empty', () => {
  expect(encodeWhole(tokenizer, { text: letters(500) })).toHaveLength(502);
  expect(spell(encodeWhole(tokenizer, { text: '' }))).toBe('[CLS] [SEP]');
});
