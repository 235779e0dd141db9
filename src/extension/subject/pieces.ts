/** Maps a subject's text to its places in a document, also after edits. */
import type { Piece } from '../../common/protocol/pages/subject';
import type { TextSpan } from '../../common/text/sentences';

/** A change of a document. Its offsets count UTF-16 units of the text before the change. */
export interface ContentChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** The places in the document of a part of a segment's text: one span for each piece that the part touches. */
export function documentSpansOf(pieces: readonly Piece[], { start, end }: TextSpan): TextSpan[] {
  return pieces.flatMap(piece => {
    const from = Math.max(start, piece.start);
    const to = Math.min(end, piece.start + piece.length);
    const shift = piece.documentOffset - piece.start;
    return from < to ? [{ start: from + shift, end: to + shift }] : [];
  });
}

/** Translates an offset in the document to one in the segment's text; undefined if it is in no piece. */
export function segmentOffsetOf(
  pieces: readonly Piece[],
  documentOffset: number,
): number | undefined {
  const piece = pieces.find(
    ({ documentOffset: start, length }) =>
      documentOffset >= start && documentOffset <= start + length,
  );
  return piece && documentOffset - piece.documentOffset + piece.start;
}

/**
 * Moves pieces along with changes elsewhere in their document.
 *
 * @param changes those of one event: all offsets refer to the document before it.
 * @returns undefined if a change touched the text of a piece.
 */
export function movedPieces(
  pieces: readonly Piece[],
  changes: readonly ContentChange[],
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
 * The span to search for a text that a change has touched: its old place, and everything changed inside or right beside
 * it. The text is therefore found again when the change is undone in any way.
 *
 * @param changes those of one event, as in {@link movedPieces}.
 */
export function searchSpanAfter(
  { start, end }: TextSpan,
  changes: readonly ContentChange[],
): TextSpan {
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
