/** Texts in which words at one end are others. */
/** A text of words in which some stand in the place of others. */
export interface ChangedText {
  readonly words: readonly string[];
  /** [first, end) of those that were put in. */
  readonly changed: readonly [first: number, end: number];
}

export const textOf = ({ words }: Pick<ChangedText, 'words'>): string => words.join(' ');

/** The letters and digits of a word, in lower case. */
const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The signs at the end of a word: they belong to the sentence, and stay when the word is another. */
const signsAfter = (word: string): string =>
  /[\p{L}\p{N}]([^\p{L}\p{N}\s]*)$/u.exec(word)?.[1] ?? '';

/** Whether at both ends of a text each word would be another. */
export function changesAll(words: readonly string[], others: readonly string[]): boolean {
  const ends = [words.slice(0, others.length), words.slice(-others.length)];
  return ends.every(there => there.every((word, at) => bare(word) !== bare(others[at] ?? '')));
}

/** Other words at one end of a text, which stays as long as it is and keeps its signs. */
export function changeWords(
  words: readonly string[],
  others: readonly string[],
  end: 'first' | 'last',
): ChangedText {
  const count = Math.min(others.length, words.length);
  const first = end === 'first' ? 0 : words.length - count;
  return {
    words: words.map((word, at) => {
      const other = at < first + count ? others[at - first] : undefined;
      return other === undefined ? word : other + signsAfter(word);
    }),
    changed: [first, first + count],
  };
}
