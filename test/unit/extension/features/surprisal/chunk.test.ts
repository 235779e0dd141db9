import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chunksAfterEdit,
  nextChunk,
  chunkOf,
  chunksIn,
  chunksOf,
  withNewTokens,
  type Chunk,
} from '../../../../../src/extension/features/surprisal/chunk';
import type { ScoredToken } from '../../../../../src/extension/features/surprisal/scoredTokens';

/** A token for each character of a text, each with as many bits as its code. */
const tokensOf = (text: string): readonly ScoredToken[] =>
  Array.from(text, (letter, index) => ({
    id: letter.charCodeAt(0),
    start: index,
    end: index + 1,
    bits: letter.charCodeAt(0),
    rank: 1,
    contextSize: index,
    bytes: 1,
    alternatives: [],
  }));

/** Parts of these texts, one after the other, all scored. */
function settled(...texts: readonly string[]): readonly Chunk[] {
  let start = 0;
  return texts.map(text => {
    const part = chunkOf({ start, end: start + text.length }, tokensOf(text), true);
    start += text.length;
    return part;
  });
}

/** What the parts say stands at each place. */
const read = (parts: readonly Chunk[]) =>
  parts.flatMap(({ start, tokens }) =>
    tokens.map(token => [start + token.start, String.fromCharCode(token.bits ?? 0)] as const),
  );

test('an edit opens the part that it is in, moves the later ones, and keeps what it did not touch', () => {
  const parts = chunksAfterEdit(
    settled('abcd', 'efgh', 'ijkl'),
    { start: 5, end: 7, length: 5 },
    0,
  );
  expect(parts.map(({ start, end, isSettled }) => [start, end, isSettled])).toEqual([
    [0, 4, true],
    [4, 11, false],
    [11, 15, true],
  ]);
  expect(
    read(parts)
      .map(([, letter]) => letter)
      .join(''),
  ).toBe('abcdehijkl');
  expect(parts[1]?.tokens.map(({ start }) => start)).toEqual([0, 6]);
});

test('what is typed between two parts belongs to the one before', () => {
  const parts = chunksAfterEdit(settled('abcd', 'efgh'), { start: 4, end: 4, length: 2 }, 0);
  expect(parts.map(({ start, end }) => [start, end])).toEqual([
    [0, 6],
    [6, 10],
  ]);
});

test('a deletion over several makes them one', () => {
  const parts = chunksAfterEdit(
    settled('abcd', 'efgh', 'ijkl'),
    { start: 2, end: 10, length: 0 },
    0,
  );
  expect(parts.map(({ start, end }) => [start, end])).toEqual([[0, 4]]);
  expect(read(parts)).toEqual([
    [0, 'a'],
    [1, 'b'],
    [2, 'k'],
    [3, 'l'],
  ]);
});

test('a part that has read the edit before it is to be scored again, a farther one is not', () => {
  const parts = chunksAfterEdit(
    settled('abcd', 'efgh', 'ijkl'),
    { start: 1, end: 2, length: 1 },
    4,
  );
  expect(parts.map(({ isSettled }) => isSettled)).toEqual([false, false, true]);
});

test('an edit before what is looked at moves it, one behind it changes nothing', () => {
  const [, part] = settled('abcd', 'efgh');
  expect(chunksAfterEdit([part!], { start: 0, end: 1, length: 3 }, 0)).toMatchObject([
    { start: 6, end: 10, isSettled: true },
  ]);
  expect(chunksAfterEdit([part!], { start: 9, end: 9, length: 3 }, 0)).toEqual([part]);
});

test('whatever is edited, every token that is kept stands where its letter stands now', () => {
  const texts = fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(9), fc.string({ maxLength: 6 }), (pieces, at, cut, put) => {
      const text = pieces.join('');
      const start = at % (text.length + 1);
      const end = Math.min(text.length, start + cut);
      const edited = text.slice(0, start) + put + text.slice(end);
      const change = { start, end, length: put.length };
      const parts = chunksAfterEdit(settled(...pieces), change, 3);
      expect(parts[0]?.start).toBe(0);
      expect(parts.at(-1)?.end).toBe(edited.length);
      for (const [index, part] of parts.entries()) {
        expect(parts[index + 1]?.start ?? part.end).toBe(part.end);
      }
      for (const [offset, letter] of read(parts)) {
        expect(edited[offset]).toBe(letter);
      }
      expect(read(parts)).toHaveLength(text.length - (end - start));
    }),
  );
});

test('what comes anew takes the place of what was known, as far as it goes', () => {
  const [part] = settled('abcdef');
  const open = withNewTokens(part!, tokensOf('xyz'), false);
  expect(
    read([open])
      .map(([, letter]) => letter)
      .join(''),
  ).toBe('xyzdef');
  expect(open.sums.tokens).toBe(6);
  const done = withNewTokens(open, tokensOf('xyz'), true);
  expect(
    read([done])
      .map(([, letter]) => letter)
      .join(''),
  ).toBe('xyz');
});

test('the most surprising tokens of a part are known, these first', () => {
  // The bits of these letters are their codes: 7, 12 and 20 among them, and 3.
  const part = chunkOf({ start: 0, end: 4 }, tokensOf('\x03\x14\x07\x0c'));
  expect(part.mostSurprising.map(({ start }) => start)).toEqual([1, 3]);
});

test('what is seen comes first, then what is nearest to it', () => {
  const open = settled('abcd', 'efgh', 'ijkl', 'mnop').map(part => ({ ...part, isSettled: false }));
  const [first, second, third, fourth] = open;
  expect(nextChunk(open, [{ start: 9, end: 11 }])).toBe(third);
  const rest = [first!, second!, { ...third!, isSettled: true }, fourth!];
  expect(nextChunk(rest, [{ start: 9, end: 11 }])).toBe(second);
  expect(nextChunk(open, [])).toBe(first); // Nothing is on screen.
  expect(nextChunk(settled('abcd'), [])).toBeUndefined();
});

test('the chunks of a span are found', () => {
  const parts = settled('abcd', 'efgh', 'ijkl');
  expect(chunksIn(parts, { start: 5, end: 6 })).toEqual([parts[1]]);
  expect(chunksIn(parts, { start: 0, end: 99 })).toEqual(parts);
  expect(chunksIn(parts, { start: 20, end: 30 })).toEqual([]);
});

test('text that is only read around a selection has no tokens, in any chunk', () => {
  const scope = { start: 10, end: 22, lead: 2, trail: 3 };
  const spans = [
    { start: 10, end: 16 },
    { start: 16, end: 22 },
  ];
  const parts = [...chunksOf(scope, spans)].map(part =>
    withNewTokens(part, tokensOf('abcdef'), true),
  );
  expect(parts.map(({ tokens }) => tokens.map(({ start }) => start))).toEqual([
    [2, 3, 4, 5],
    [0, 1, 2],
  ]);
  expect(parts[1]?.sums.tokens).toBe(3);
});

test('what is typed into the words of a selection leaves its ends as they are, and what is typed beside them is looked at', () => {
  const scope = { start: 10, end: 22, lead: 2, trail: 3 };
  const parts = [...chunksOf(scope, [{ start: 10, end: 22 }])];
  const [inside] = chunksAfterEdit(parts, { start: 14, end: 14, length: 1 }, 0);
  expect(inside).toMatchObject({ start: 10, end: 23, lead: 2, trail: 3 });
  const [before] = chunksAfterEdit(parts, { start: 11, end: 11, length: 1 }, 0);
  expect(before).toMatchObject({ lead: 0, trail: 3 });
  const [after] = chunksAfterEdit(parts, { start: 20, end: 20, length: 1 }, 0);
  expect(after).toMatchObject({ lead: 2, trail: 0 });
});
