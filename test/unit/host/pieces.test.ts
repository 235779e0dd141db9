import { expect, test } from 'vitest';
import { movedPieces, toDocument, toSegment } from '../../../src/subject/pieces';

// The segment "abc\nxyz": "abc" stands at 10, "xyz" at 20.
const pieces = [
  { start: 0, length: 3, documentOffset: 10 },
  { start: 4, length: 3, documentOffset: 20 },
];

test.each([
  [0, 3, [[10, 13]]],
  [1, 2, [[11, 12]]],
  [
    2,
    5,
    [
      [12, 13],
      [20, 21],
    ],
  ],
  [3, 4, []],
  [5, 5, []],
])('from %i to %i in the segment is %j in the document', (start, end, expected) => {
  expect(toDocument(pieces, { start, end }).map(({ start, end }) => [start, end])).toEqual(
    expected,
  );
});

test.each([
  [9, undefined],
  [10, 0],
  [13, 3],
  [14, undefined],
  [20, 4],
  [23, 7],
  [24, undefined],
])('offset %i in the document is %s in the segment', (offset, expected) => {
  expect(toSegment(pieces, offset)).toBe(expected);
});

test.each([
  ['an insertion before all', [{ rangeOffset: 0, rangeLength: 0, text: 'ab' }], [12, 22]],
  ['a deletion before all', [{ rangeOffset: 2, rangeLength: 5, text: '' }], [5, 15]],
  ['an insertion at the very start', [{ rangeOffset: 10, rangeLength: 0, text: 'x' }], [11, 21]],
  ['a change between', [{ rangeOffset: 13, rangeLength: 7, text: '-' }], [10, 14]],
  ['a change after all', [{ rangeOffset: 23, rangeLength: 0, text: 'more' }], [10, 20]],
  [
    'two changes at once',
    [
      { rangeOffset: 15, rangeLength: 1, text: '' },
      { rangeOffset: 0, rangeLength: 0, text: 'x' },
    ],
    [11, 20],
  ],
  ['a change within a piece', [{ rangeOffset: 11, rangeLength: 0, text: 'x' }], undefined],
  ['a deletion over a whole piece', [{ rangeOffset: 9, rangeLength: 6, text: '' }], undefined],
])('after %s the pieces stand where their text is', (_, changes, expected) => {
  expect(movedPieces(pieces, changes)?.map(piece => piece.documentOffset)).toEqual(expected);
});
