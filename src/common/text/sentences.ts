/** The sentences of a text. */

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
