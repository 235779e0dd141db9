import { expect, test } from 'vitest';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { charactersPerToken, chipsAt, chipsOf } from '../../../../webview/tokens/chips';
import { namesOf, parseState, tokenizersOf } from '../../../../webview/tokens/tokensState';

const model = (name: string, year: number, sha256: string) =>
  // Of a manifest these are all that is read here.
  ({ id: name, name, year, files: { tokenizer: { sha256 } } }) as Manifest;

test('models with the same tokenizer file share a row, the oldest first', () => {
  const rows = tokenizersOf([
    model('GPT-2', 2019, 'b'),
    model('BERT', 2018, 'a'),
    model('DistilGPT-2', 2019, 'b'),
    model('Transformer', 2017, 'c'),
  ]);
  expect(rows.map(namesOf)).toEqual(['Transformer', 'BERT', 'GPT-2 and DistilGPT-2']);
});

const token = (text: string, start: number, end: number, isSpecial = false) =>
  ({ id: 1, text, start, end, segment: 0, isSpecial, word: isSpecial ? -1 : 0 }) as const;
const tokens = [
  token('[CLS]', 0, 0, true),
  token('\u00f0', 0, 2),
  token('\u0141', 0, 2),
  token('\u0120a', 2, 4),
];
const chips = chipsOf(
  { modelId: 'x', tokens },
  { kind: 'byte-level', bytes: [[], [0xf0], [0x9f], [0x20, 0x61]], words: [] },
  '🦄 a',
);

test('a chip of a part of a character is its byte, one of characters is them', () => {
  expect(chips.map(({ label }) => label)).toEqual(['[CLS]', 'F0', '9F', '·a']);
});

test.each([
  ['a stretch of a character', 0, 2, [1, 2]],
  ['a place in it', 1, 1, [1, 2]],
  ['the place where one ends and one begins', 2, 2, [3]],
  ['the end of the text', 4, 4, []],
  ['all', 0, 4, [1, 2, 3]],
])('%s is that of its tokens', (_, start, end, expected) => {
  expect(chipsAt(chips, { start, end })).toEqual(expected);
});

test('characters are counted as code points, special tokens not at all', () => {
  expect(charactersPerToken('🦄 a', tokens)).toBe(1);
  expect(charactersPerToken('', tokens.slice(0, 1))).toBeUndefined();
});

test.each([
  ['nothing', undefined],
  ['a text', 'x'],
  ['another shape', { subject: { modelId: 7 }, ids: 'yes', played: { word: -1 }, step: 0.5 }],
])('a saved state that is %s becomes the default', (_, value) => {
  expect(parseState(value)).toEqual({ subject: undefined, ids: false, played: undefined, step: 0 });
});
