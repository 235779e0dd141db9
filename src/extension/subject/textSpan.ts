/** Finds the paragraph, line and sentence around an offset of a text, and knows in which languages a caret is in a sentence. */
import {
  blankLine,
  flowing,
  sentencesIn,
  type TextSpan,
  trimmed,
} from '../../common/text/sentences';

/** A text that is read in parts, because it may be very long. Offsets count UTF-16 units; line ends are not normalized. */
export interface TextSource {
  /** In UTF-16 units. */
  readonly length: number;
  read(start: number, end: number): string;
}

/**
 * The paragraph around an offset: all lines between two blank ones, or the ends of the text.
 *
 * @param reach how far to look in each direction, in UTF-16 units; a longer paragraph is cut there.
 * @returns an empty span if the offset is on a blank line.
 */
export function paragraphAt(source: TextSource, offset: number, reach: number): TextSpan {
  const from = Math.max(0, offset - reach);
  const text = source.read(from, Math.min(source.length, offset + reach));
  const at = offset - from;
  let start = 0;
  for (const { index, 0: match } of text.matchAll(blankLine)) {
    const next = index + match.length;
    if (index >= at) {
      return trimmed(text, { start, end: index }, from);
    }
    if (next >= at) {
      return { start: offset, end: offset };
    }
    start = next;
  }
  return trimmed(text, { start, end: text.length }, from);
}

/** The line around an offset, without white space at its ends. */
export function lineAt(source: TextSource, offset: number, reach: number): TextSpan {
  const from = Math.max(0, offset - reach);
  const text = source.read(from, Math.min(source.length, offset + reach));
  const at = offset - from;
  const end = text.slice(at).search(/\r?\n/u);
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return trimmed(
    text,
    { start: at === 0 ? 0 : start, end: end < 0 ? text.length : at + end },
    from,
  );
}

/** The sentence around an offset, within its paragraph; line breaks inside a paragraph do not end a sentence. */
export function sentenceAt(source: TextSource, offset: number, reach: number): TextSpan {
  const paragraph = paragraphAt(source, offset, reach);
  const text = source.read(paragraph.start, paragraph.end);
  const at = offset - paragraph.start;
  let start = 0;
  for (const sentence of sentencesIn(flowing(text))) {
    const end = start + sentence.length;
    if (at < end || end === text.length) {
      return trimmed(text, { start, end }, paragraph.start);
    }
    start = end;
  }
  return paragraph;
}

/**
 * The part of a span around an offset in it, where the span is too long to be read whole.
 *
 * The parts do not follow the offset step by step: most moves stay in the same one, whose analysis is known already.
 *
 * @param maxLength in UTF-16 units.
 */
export function partAround(
  source: TextSource,
  span: TextSpan,
  offset: number,
  maxLength: number,
): TextSpan {
  if (span.end - span.start <= maxLength) {
    return span;
  }
  const half = maxLength / 2;
  const part = Math.max(0, Math.round((offset - half) / half)) * half;
  const from = Math.max(span.start, part);
  const to = Math.min(span.end, part + maxLength);
  const text = source.read(from, to);
  // The part begins and ends between words, if there are any.
  const start = from === span.start ? 0 : Math.max(0, text.slice(0, half / 2).search(/(?<=\s)\S/u));
  const last = to === span.end ? text.length : text.lastIndexOf(' ');
  return { start: from + start, end: from + (last > offset - from ? last : text.length) };
}

/** The languages in which the caret is in a sentence; in all others it is in a line of code. */
const prose = new Set([
  'asciidoc',
  'git-commit',
  'latex',
  'markdown',
  'org',
  'plaintext',
  'quarto',
  'restructuredtext',
  'scminput',
  'tex',
  'typst',
]);

/** Whether a language is prose. @param languageId the identifier that VS Code uses. */
export const isProseLanguage = (languageId: string): boolean => prose.has(languageId);
