import type { Stretch } from '../../subject/textSpan';

/** A document that is read in parts. Offsets count UTF-16 units, line ends as they are. */
export interface Text {
  read(start: number, end: number): string;
}

/** As much is read before the caret, in UTF-16 units: about 250 tokens of English, 320 of code. */
export const longestPrompt = 960;

/** By so much the start of the window moves at once. */
const stride = longestPrompt / 2;

/**
 * What of a document the model reads: the text before the caret, from a place that most keys leave where it is.
 *
 * The keys and values of what was read before are used again only as long as the text begins alike. So the start
 * does not slide with each key: it jumps by half of the longest prompt, to the beginning of a line or of a word.
 */
export function promptWindow(text: Text, caret: number): Stretch {
  if (caret <= longestPrompt) {
    return { start: 0, end: caret };
  }
  const from = Math.ceil((caret - longestPrompt) / stride) * stride;
  const near = text.read(from, Math.min(caret, from + stride / 2));
  const line = near.indexOf('\n') + 1;
  const word = near.search(/(?<=\s)\S/u);
  const isInPair = /^[\uDC00-\uDFFF]/u.test(near);
  return { start: from + (line || Math.max(word, isInPair ? 1 : 0)), end: caret };
}

/** So much is read after a caret, in UTF-16 units. */
export const reachAfter = 4000;

/** As a model reads it. */
export const withPlainLineEnds = (text: string): string => text.replaceAll('\r\n', '\n');
