/** The word at the caret is masked, a fill takes its place in the text, and what it changes is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Token } from '../../../../src/common/protocol/engine/types';
import { changesOf, filledText, wordAt } from '../../../../webview/next/maskChoice';

const special = { id: 101, text: '[CLS]', start: 0, end: 0, word: -1, isSpecial: true };
/** Words and signs, with "ly" a piece of its own. */
function tokensOf(text: string): readonly Token[] {
  const found = [...text.matchAll(/\w+?(?=ly\b)|ly\b|\w+|[^\s\w]/gu)];
  let word = -1;
  const tokens = found.map(({ 0: piece, index }, place) => {
    const goesOn =
      piece === 'ly' && found[place - 1]!.index + found[place - 1]![0].length === index;
    word += goesOn ? 0 : 1;
    return {
      ...{
        id: place,
        text: goesOn ? `##${piece}` : piece,
        start: index,
        end: index + piece.length,
      },
      ...{ word, isSpecial: false, segment: 0 },
    };
  });
  return [special, ...tokens] as unknown as readonly Token[];
}

const text = 'We had a superb dinner, slowly cooked.';

describe('the word that is masked at once', () => {
  test.each([
    ['inside it', text.indexOf('superb') + 3, ['superb']],
    ['at its end', text.indexOf('superb') + 6, ['superb']],
    ['before the space', text.indexOf('dinner'), ['dinner']],
    ['of two pieces, both', text.indexOf('slowly') + 1, ['slow', 'ly']],
    ['before a sign', text.length, ['cooked']],
    ['before the first', 0, ['We']],
  ])('is the one at the caret: %s', (_, caret, expected) => {
    const tokens = tokensOf(text);
    const words = wordAt(tokens, text, caret).map(index =>
      text.slice(tokens[index]!.start, tokens[index]!.end),
    );
    expect(words).toEqual(expected);
  });

  test('is none of a text without words', () => {
    expect(wordAt(tokensOf('... !'), '... !', 3)).toEqual([]);
  });
});

test('a fill takes the place of the word, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-k]{1,6}$/u), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      (words, pick) => {
        const tokens = tokensOf(words.join(' '));
        const place = pick % words.length;
        expect(filledText(words.join(' '), tokens, place + 1, 'new')).toBe(
          words.with(place, 'new').join(' '),
        );
      },
    ),
  );
  expect(filledText('We ran home', tokensOf('We ran home'), 3, '##ning')).toBe('We ranning');
});

test('what a fill changes is told by size, without what is the same', () => {
  const analysis = (probabilities: readonly number[], mask: string) =>
    ({
      source: tokensOf('a b c'),
      candidates: [
        [],
        ...probabilities.map((probability, id) => [
          { id: id === 2 ? 9 : id, text: id === 2 ? mask : 'abc'[id], probability },
        ]),
      ],
    }) as unknown as Analysis;
  const before = analysis([0.9, 0.9, 0.4], 'x');
  const after = analysis([0.9, 0.2, 0.5], 'y');
  expect(changesOf(before, after, 1, [3])).toEqual([
    {
      index: 2,
      before: { id: 1, text: 'b', probability: 0.9 },
      after: { id: 1, text: 'b', probability: 0.2 },
    },
    {
      index: 3,
      before: { id: 9, text: 'x', probability: 0.4 },
      after: { id: 9, text: 'y', probability: 0.5 },
    },
  ]);
});
