import type { Piece } from '../../common/protocol/pages/subject';
import type { Stretch } from './textSpan';

/** A change of a document, in UTF-16 offsets from before it. */
export interface Change {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Where a stretch of a segment's text stands in the document: one stretch for each piece that it touches. */
export function toDocument(pieces: readonly Piece[], { start, end }: Stretch): Stretch[] {
  return pieces.flatMap(piece => {
    const from = Math.max(start, piece.start);
    const to = Math.min(end, piece.start + piece.length);
    const shift = piece.documentOffset - piece.start;
    return from < to ? [{ start: from + shift, end: to + shift }] : [];
  });
}

/** The offset in a segment's text of an offset in the document; undefined where it is in no piece. */
export function toSegment(pieces: readonly Piece[], documentOffset: number): number | undefined {
  const piece = pieces.find(
    ({ documentOffset: start, length }) =>
      documentOffset >= start && documentOffset <= start + length,
  );
  return piece && documentOffset - piece.documentOffset + piece.start;
}

/**
 * The pieces after changes elsewhere in their document.
 *
 * @param changes of one event: their offsets all mean the document before it.
 * @returns undefined when a change touched the text of a piece.
 */
export function movedPieces(
  pieces: readonly Piece[],
  changes: readonly Change[],
): readonly Piece[] | undefined {
  const moved: Piece[] = [];
  for (const piece of pieces) {
    const end = piece.documentOffset + piece.length;
    let shift = 0;
    for (const { rangeOffset, rangeLength, text } of changes) {
      if (rangeOffset + rangeLength <= piece.documentOffset) {
        shift += text.length - rangeLength;
      } else if (rangeOffset < end) {
        return undefined;
      }
    }
    moved.push({ ...piece, documentOffset: piece.documentOffset + shift });
  }
  return moved;
}

/**
 * The stretch in which a text must be looked for that a change has touched: where it was, with all that was changed in
 * it or right beside it. So it is found again when the change is taken back, however.
 *
 * @param changes of one event, as in {@link movedPieces}.
 */
export function widened({ start, end }: Stretch, changes: readonly Change[]): Stretch {
  let [from, to, shift, growth] = [start, end, 0, 0];
  for (const { rangeOffset, rangeLength, text } of changes) {
    const rangeEnd = rangeOffset + rangeLength;
    if (rangeEnd < start) {
      shift += text.length - rangeLength;
    } else if (rangeOffset <= end) {
      from = Math.min(from, rangeOffset);
      to = Math.max(to, rangeEnd);
      growth += text.length - rangeLength;
    }
  }
  return { start: from + shift, end: to + shift + growth };
}
