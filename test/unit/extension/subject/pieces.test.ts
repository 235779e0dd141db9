import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  movedPieces,
  documentSpansOf,
  segmentOffsetOf,
  searchSpanAfter,
  type ContentChange,
} from '../../../../src/extension/subject/pieces';

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
  expect(documentSpansOf(pieces, { start, end }).map(({ start, end }) => [start, end])).toEqual(
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
  expect(segmentOffsetOf(pieces, offset)).toBe(expected);
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

describe('a text that was changed', () => {
  const text = 'The cat sat.';
  const document = `One. ${text} Two.`;
  const place = { start: 5, end: 17 };
  const apply = (before: string, changes: readonly ContentChange[]) =>
    changes
      .toSorted((a, b) => b.rangeOffset - a.rangeOffset)
      .reduce(
        (all, { rangeOffset, rangeLength, text: inserted }) =>
          all.slice(0, rangeOffset) + inserted + all.slice(rangeOffset + rangeLength),
        before,
      );
  const change = (rangeOffset: number, rangeLength: number, inserted: string): ContentChange[] => [
    { rangeOffset, rangeLength, text: inserted },
  ];

  test.each([
    ['a letter typed and deleted', [change(8, 0, 'x'), change(8, 1, '')]],
    ['its last character deleted and typed', [change(16, 1, ''), change(16, 0, '.')]],
    ['its first character deleted and typed', [change(5, 1, ''), change(5, 0, 'T')]],
    ['all of it cut and pasted', [change(5, 12, ''), change(5, 0, text)]],
    ['the document written anew', [change(0, document.length, ''), change(0, 0, document)]],
    ['the document replaced by itself', [change(0, document.length, document)]],
    ['a change and one before it', [change(8, 0, 'x'), change(0, 4, ''), change(4, 1, '')]],
    ['a change across its end', [change(15, 5, '?'), change(15, 1, 't. Tw')]],
  ])('is found again after %s', (_, events) => {
    let [now, where] = [document, place];
    for (const changes of events) {
      now = apply(now, changes);
      where = searchSpanAfter(where, changes);
    }
    expect(now.slice(where.start, where.end)).toContain(text);
  });

  test('is found again after any changes that end where they began', () => {
    const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    const edits = fc.array(fc.tuple(position, position, fc.string({ maxLength: 4 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(edits, all => {
        let [now, where] = [document, place];
        const undo: { readonly changes: ContentChange[] }[] = [];
        const make = (changes: ContentChange[]) => {
          now = apply(now, changes);
          where = searchSpanAfter(where, changes);
        };
        for (const [at, share, inserted] of all) {
          const offset = Math.floor(at * (now.length + 1));
          const length = Math.floor(share * (now.length - offset + 1));
          undo.unshift({
            changes: change(offset, inserted.length, now.slice(offset, offset + length)),
          });
          make(change(offset, length, inserted));
        }
        undo.forEach(({ changes }) => make(changes));
        expect(now.slice(where.start, where.end)).toContain(text);
      }),
    );
  });
});
