/** Finds the paragraph, line and sentence around an offset of a text, and knows in which languages a caret is in a sentence. */
import { sentencesIn } from '../../common/text/sentences';

/** A span of a text, in UTF-16 offsets; `end` is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A text that is read in parts, because it may be very long. Offsets count UTF-16 units; line ends are not normalized. */
export interface TextSource {
  /** In UTF-16 units. */
  readonly length: number;
  read(start: number, end: number): string;
}

/** A line of only white space separates two paragraphs. */
const blankLine = /\r?\n[^\S\n]*(?=\r?\n)/gu;

/** A line break inside a paragraph: not after a heading, nor before a list item, heading, quotation, table row or HTML element. */
const lineBreak = /(?<!^#.*)\r?\n(?!\s*(?:[-*+>|#<]|\d+[.)]\s))/gmu;

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

/** The paragraphs of a text, without white space at their ends. */
export function paragraphsOf(text: string): TextSpan[] {
  const paragraphs: TextSpan[] = [];
  let start = 0;
  for (const { index } of [...text.matchAll(blankLine), { index: text.length }]) {
    const paragraph = trimmed(text, { start, end: index });
    if (paragraph.end > paragraph.start) {
      paragraphs.push(paragraph);
    }
    start = index;
  }
  return paragraphs;
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
  // A break would end the sentence for the segmenter; spaces of the same length keep all offsets.
  const flowing = text.replace(lineBreak, end => ' '.repeat(end.length));
  const at = offset - paragraph.start;
  let start = 0;
  for (const sentence of sentencesIn(flowing)) {
    const end = start + sentence.length;
    if (at < end || end === flowing.length) {
      return trimmed(text, { start, end }, paragraph.start);
    }
    start = end;
  }
  return paragraph;
}

/** Removes white space from the ends of a span; the result is empty if there is nothing else. `from` is added to both offsets. */
export function trimmed(text: string, { start, end }: TextSpan, from = 0): TextSpan {
  const part = text.slice(start, end);
  const lead = part.length - part.trimStart().length;
  const length = part.trim().length;
  return { start: from + start + lead, end: from + start + lead + length };
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
