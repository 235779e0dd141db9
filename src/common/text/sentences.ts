/** The paragraphs and sentences of a text. */

/** A span of a text, in UTF-16 offsets; `end` is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Matches an end that is an abbreviation before a capital, or an initial ("J. Smith"). */
const falseEnd =
  /(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Fig|Figs|Eq|Eqs|Sec|Ch|vs|cf|approx|e\.g|i\.e)|\b\p{Lu})\.\s*$/u;

/**
 * The sentences of a text, with the white space after each: together they are the text. Boundaries are those of Unicode
 * (UAX #29), except after common English abbreviations and initials.
 */
export function sentencesIn(text: string): string[] {
  const sentences: string[] = [];
  let rest = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(
    text,
  )) {
    rest += segment;
    if (!falseEnd.test(rest)) {
      sentences.push(rest);
      rest = '';
    }
  }
  return rest === '' ? sentences : [...sentences, rest];
}

/** A line of only white space separates two paragraphs. */
export const blankLine = /\r?\n[^\S\n]*(?=\r?\n)/gu;

/** A line break inside a paragraph: not after a heading, nor before a list item, heading, quotation, table row or HTML element. */
const lineBreak = /(?<!^#.*)\r?\n(?!\s*(?:[-*+>|#<]|\d+[.)]\s))/gmu;

/** A text whose paragraphs are lines: inside them a break would end a sentence. All offsets stay as they are. */
export const flowing = (text: string): string =>
  text.replace(lineBreak, end => ' '.repeat(end.length));

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

/** Where the sentences of a text stand, without the white space between them: within its paragraphs, across their lines. */
export function sentenceSpans(text: string): TextSpan[] {
  return paragraphsOf(text).flatMap(paragraph => {
    let end = paragraph.start;
    return sentencesIn(flowing(text.slice(paragraph.start, paragraph.end))).flatMap(sentence => {
      const start = end;
      end += sentence.length;
      const span = trimmed(text.slice(start, end), { start: 0, end: sentence.length }, start);
      return span.end > span.start ? [span] : [];
    });
  });
}

/** Removes white space from the ends of a span; the result is empty if there is nothing else. `from` is added to both offsets. */
export function trimmed(text: string, { start, end }: TextSpan, from = 0): TextSpan {
  const part = text.slice(start, end);
  const lead = part.length - part.trimStart().length;
  const length = part.trim().length;
  return { start: from + start + lead, end: from + start + lead + length };
}
