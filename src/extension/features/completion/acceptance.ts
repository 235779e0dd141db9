import type { Change } from '../../subject/pieces';

/** A text that is on offer. */
export interface OnOffer {
  readonly uri: string;
  /** UTF-16 offset of the caret in the document, where the text begins. */
  readonly offset: number;
  /** Line ends as `\n`. */
  readonly text: string;
}

/**
 * How much of an offered text a change has put into its document, in UTF-16 units: 0 where it is something else.
 *
 * Only what is longer than one character counts: a single one is a key that happens to be the next of the text.
 */
export function takenBy(changes: readonly Change[], { offset, text }: OnOffer): number {
  const [change] = changes;
  if (!change || changes.length > 1 || change.rangeOffset > offset) {
    return 0;
  }
  // Where the list of suggestions was open, what stood before the caret is replaced by itself and more.
  const lead = offset - change.rangeOffset;
  const isReplaced = change.rangeLength >= lead;
  const put = isReplaced ? change.text.replaceAll('\r\n', '\n').slice(lead) : '';
  return [...put].length > 1 && text.startsWith(put) ? put.length : 0;
}

/** What is still on offer after something was typed or taken; undefined when nothing is left. */
export function restOf(offer: OnOffer, length: number): OnOffer | undefined {
  return length < offer.text.length
    ? { ...offer, offset: offer.offset + length, text: offer.text.slice(length) }
    : undefined;
}
