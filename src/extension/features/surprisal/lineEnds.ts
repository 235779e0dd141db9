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
