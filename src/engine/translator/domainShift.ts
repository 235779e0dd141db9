/** How a text differs from what a translator was trained on. */

import type { DomainShift } from '../../common/protocol/engine/analyze';
import type { Manifest } from '../../common/protocol/manifest';
import type { LoweredSpan } from './sentenceCase';

/**
 * Signs that no English sentence of the training text has, a list's among them where a line begins with it, and the
 * run of characters around them.
 */
const markup =
  /\S*(?:[*_~`#|<>[\]{}\\=^]|https?:\/\/|&#?\w+;)\S*|^[ \t]*(?:[-+•]|\d+[.)])(?=[ \t])/mu;
/** A word with a letter of a script that the source language does not use. */
const otherScript = /[^\P{L}\p{sc=Latin}\p{sc=Common}\p{sc=Inherited}][\p{L}\p{M}]*/u;

/**
 * How a text differs from all that a translator was trained on. No sentence of its training text is in capitals, without
 * a letter, or marked up; the manifest has the length of the longest.
 *
 * @param start of the part of the text that was read, like `end` in UTF-16 units.
 * @param lowered the spans that were read in small letters.
 */
export function domainShiftsOf(
  text: string,
  [start, end]: readonly [start: number, end: number],
  lowered: readonly LoweredSpan[],
  { longestWords, languages }: Pick<Manifest, 'longestWords' | 'languages'>,
): readonly DomainShift[] {
  const read = text.slice(start, end);
  const place = (
    match: RegExpExecArray | null,
    kind: 'markup' | 'script',
  ): readonly DomainShift[] =>
    match ? [{ kind, start: start + match.index, end: start + match.index + match[0].length }] : [];
  const words = read.split(/\s+/u).filter(word => word !== '').length;
  return [
    ...lowered
      .filter(one => one.start < end && one.end > start)
      .map((one): DomainShift => ({ kind: 'capitals', ...one })),
    ...(/\p{L}/u.test(read) ? [] : [{ kind: 'no-words' } as const]),
    ...place(markup.exec(read), 'markup'),
    ...(languages?.source === 'en' ? place(otherScript.exec(read), 'script') : []),
    ...(longestWords !== undefined && words > longestWords
      ? [{ kind: 'length', words, maxWords: longestWords } as const]
      : []),
  ];
}
