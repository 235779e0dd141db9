/** Splits a document into chunks that a model scores one by one. */
import type { TextSource, TextSpan } from '../../subject/textSpan';

/** The approximate length of a chunk, in UTF-16 units: some 600 tokens of English. */
export const chunkLength = 2400;
/** How far behind that a good place to cut is searched, in UTF-16 units. */
const reach = 600;
/** The approximate length of the context before a chunk, in UTF-16 units: some 250 tokens of English. */
export const contextLength = 1000;

/**
 * Splits a text into chunks that are scored one by one. They do not depend on what is scored first, so that every token
 * has the same context whenever it is scored.
 *
 * A cut is before white space, where none of our tokenizers joins characters; at the end of a line if one is near.
 */
export function* chunkSpans(source: TextSource, { start, end }: TextSpan): Generator<TextSpan> {
  let from = start;
  while (end - from > chunkLength + reach) {
    const to = cutAfter(source, from + chunkLength);
    yield { start: from, end: to };
    from = to;
  }
  yield { start: from, end };
}

/** Finds the context before a chunk, in whole words. */
export function contextOf(source: TextSource, { start }: TextSpan): TextSpan {
  const from = Math.max(0, start - contextLength);
  const text = source.read(from, start);
  // If the context begins inside a line, it begins between two words of it, if there are any.
  const begin = from === 0 ? 0 : text.search(/\s\S/u);
  return { start: from + Math.max(0, begin), end: start };
}

function cutAfter(source: TextSource, offset: number): number {
  const text = source.read(offset, offset + reach);
  const lineEnd = text.search(/[^\S\r\n]*\r?\n/u);
  const place = lineEnd >= 0 ? lineEnd : Math.max(0, text.search(/\s/u));
  // The cut is never between the halves of a surrogate pair.
  const isHalf = place === 0 && /^[\uDC00-\uDFFF]/.test(text);
  return offset + place + (isHalf ? 1 : 0);
}

/** A text as models were trained to read it: its lines end in `\n`. */
export interface PlainText {
  readonly text: string;
  /** Translates an offset to one in the original text. */
  readonly at: (offset: number) => number;
}

/** Replaces `\r\n`, two tokens that models have hardly seen: what follows would be painted because of the file's format. */
export function withoutCarriageReturns(raw: string): PlainText {
  const text = raw.replaceAll('\r\n', '\n');
  if (text.length === raw.length) {
    return { text, at: offset => offset };
  }
  /** The number of units removed before each offset in `text`, and before its end. */
  const removed = new Uint32Array(text.length + 1);
  let count = 0;
  for (let offset = 0; offset < text.length; offset++) {
    removed[offset] = count;
    if (raw[offset + count] === '\r' && raw[offset + count + 1] === '\n') {
      count++;
    }
  }
  removed[text.length] = count;
  return { text, at: offset => offset + removed[offset]! };
}
