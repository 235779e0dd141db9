import type { Source, Stretch } from '../../subject/textSpan';

/** About how long a stretch is that is scored at once, in UTF-16 units: some 600 tokens of English. */
export const chunkLength = 2400;
/** How far to look for a good place to cut, in UTF-16 units. */
const reach = 600;
/** About how much of the text before a stretch is read with it, in UTF-16 units: some 250 tokens of English. */
export const contextLength = 1000;

/**
 * Parts a text into stretches that are scored one by one. They do not depend on what is looked at first, so that every
 * token has the same text before it whenever it is scored.
 *
 * A cut is made where no tokenizer of ours joins: before white space, at the end of a line if there is one near.
 */
export function* chunkSpans(source: Source, { start, end }: Stretch): Generator<Stretch> {
  let from = start;
  while (end - from > chunkLength + reach) {
    const to = cutAfter(source, from + chunkLength);
    yield { start: from, end: to };
    from = to;
  }
  yield { start: from, end };
}

/** The text that is read before a stretch, whole words of it. */
export function contextOf(source: Source, { start }: Stretch): Stretch {
  const from = Math.max(0, start - contextLength);
  const text = source.read(from, start);
  // A line that began earlier is cut between words, as far as there are any.
  const begin = from === 0 ? 0 : text.search(/\s\S/u);
  return { start: from + Math.max(0, begin), end: start };
}

function cutAfter(source: Source, offset: number): number {
  const text = source.read(offset, offset + reach);
  const lineEnd = text.search(/[^\S\r\n]*\r?\n/u);
  const place = lineEnd >= 0 ? lineEnd : Math.max(0, text.search(/\s/u));
  // Not between the halves of a character.
  const isHalf = place === 0 && /^[\uDC00-\uDFFF]/.test(text);
  return offset + place + (isHalf ? 1 : 0);
}

/** A text as a model was taught to read it: its lines end in `\n`. */
export interface PlainText {
  readonly text: string;
  /** The offset in the text as it was. */
  readonly at: (offset: number) => number;
}

/** `\r\n` is two tokens that models have hardly seen: what follows would be painted for the file's format. */
export function withoutCarriageReturns(raw: string): PlainText {
  const text = raw.replaceAll('\r\n', '\n');
  if (text.length === raw.length) {
    return { text, at: offset => offset };
  }
  /** For each offset in `text`, and its end, how many units were left out before. */
  const leftOut = new Uint32Array(text.length + 1);
  let count = 0;
  for (let offset = 0; offset < text.length; offset++) {
    leftOut[offset] = count;
    if (raw[offset + count] === '\r' && raw[offset + count + 1] === '\n') {
      count++;
    }
  }
  leftOut[text.length] = count;
  return { text, at: offset => offset + leftOut[offset]! };
}
