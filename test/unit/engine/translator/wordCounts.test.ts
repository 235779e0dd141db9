import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WordCounts } from '../../../../src/engine/translator/domainShift';

const bytes = (content: unknown) => new TextEncoder().encode(JSON.stringify(content)).buffer;
const counts = new WordCounts(
  bytes({ the: 900, fish: 40, "don't": 300, 'well-known': 7, cod: 4, constructor: 30 }),
);

test.each([
  ['nothing that it knows well', 'The fish', []],
  ['what it never saw', 'The haddock', [['haddock', 0]]],
  ['what it hardly saw', 'the COD', [['COD', 4]]],
  ['a word again only once', 'haddock, Haddock', [['haddock', 0]]],
  ['no number and no mark', 'the fish, 12 € _ 😀', []],
  ['a word with an apostrophe, whichever', "I don't, don’t", [['I', 0]]],
  ['a word with a hyphen', 'the well-known cod', [['cod', 4]]],
  [
    'words whole, with their vowel signs',
    'रहा हूँ',
    [
      ['रहा', 0],
      ['हूँ', 0],
    ],
  ],
  ['no word that is a name in every object', 'the constructor', []],
] as const)('tells %s', (_, text, expected) => {
  expect(
    counts
      .rareIn(text, 0, text.length)
      .map(({ start, end, sentences }) => [text.slice(start, end), sentences]),
  ).toEqual(expected);
});

test('looks at the stretch that was read, and tells places in the whole text', () => {
  const text = 'haddock the plaice sole';
  expect(counts.rareIn(text, 8, 18)).toEqual([{ start: 12, end: 18, sentences: 0 }]);
});

test('tells places that are in the text, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      for (const { start, end } of counts.rareIn(text, 0, text.length)) {
        expect(text.slice(start, end)).toMatch(/^\p{L}[^]*[\p{L}\p{M}\u200c\u200d]$|^\p{L}$/u);
      }
    }),
  );
});

test.each([
  ['a list', ['the']],
  ['a count that is none', { the: 'often' }],
  ['a count below one', { the: 0 }],
])('refuses %s', (_, content) => {
  expect(() => new WordCounts(bytes(content))).toThrow(/words\.json/u);
});
