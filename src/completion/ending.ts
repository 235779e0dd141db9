import type { Generation } from '../shared/engineApi';
import { indentationOf, startOfLine } from './place';
import type { Shape } from './shape';

/** How a text came to its end; `cancelled` where its writing was given up in the middle. */
export type Finish = Generation['finish'] | 'cancelled';

/** Scripts that put no space between words: where one is cut cannot be seen. */
const unspaced = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
/** The last word of a text, as far as it is written. */
const lastWord = new RegExp(
  String.raw`(?<=[^\p{L}\p{N}_]|[${unspaced}])(?:(?![${unspaced}])[\p{L}\p{N}_'’-])*$`,
  'u',
);

/** Up to a character that is not whole, or that nobody types. */
export const wholeCharacters = (text: string): string =>
  /^(?:(?![\uFFFD\0-\x08\x0B-\x1F\x7F])\P{Cs})*/u.exec(text.replaceAll('\r\n', '\n'))?.[0] ?? '';

/**
 * A text up to where it sensibly ends.
 *
 * Where the writing was cut short it goes back to the last whole word, of a block to its last whole line; of prose
 * to the last whole sentence if that is at least half of it.
 *
 * @param isProse see `Place`.
 */
export function sensibleEnd(text: string, finish: Finish, shape: Shape, isProse: boolean): string {
  const isCut = finish === 'length' || finish === 'cancelled' || finish === 'loop';
  if (!isCut) {
    return text.trimEnd();
  }
  if (shape === 'block') {
    const lines = text.split('\n');
    if (lines.filter(line => line.trim() !== '').length > 1) {
      return lines.slice(0, -1).join('\n').trimEnd();
    }
  }
  // What is written last may be the beginning of a longer word.
  const words = text.replace(lastWord, '').trimEnd();
  const sentence = isProse ? /^[^\n]*[.!?…]["'”’)]*(?=\s)/u.exec(words)?.[0] : undefined;
  return sentence !== undefined && 2 * sentence.length >= words.length ? sentence : words;
}

/** A block up to where it ends: a line that stands further left than where it began is part of what comes after it. */
export function withinBlock(text: string, before: string): string {
  const line = startOfLine(before);
  const isOpener = line.trim() !== '';
  const base = indentationOf(line).length;
  const [first = '', ...others] = text.split('\n');
  const end = others.findIndex(other => {
    const depth = indentationOf(other).length;
    return other.trim() !== '' && (isOpener ? depth <= base : depth < base);
  });
  if (end < 0) {
    return text;
  }
  // A bracket that closes the block belongs to it.
  const closes = /^\s*[)\]}]+[;,]?\s*$/u.test(others[end] ?? '');
  return [first, ...others.slice(0, end + (closes ? 1 : 0))].join('\n').trimEnd();
}
