/** A text of words in which some stand in the place of others. */
export interface ChangedText {
  readonly words: readonly string[];
  /** [first, end) of those that were put in. */
  readonly changed: readonly [first: number, end: number];
}

export const textOf = ({ words }: Pick<ChangedText, 'words'>): string => words.join(' ');

/** Other words at one end of a text, which stays as long as it is. */
export function changeWords(
  words: readonly string[],
  others: readonly string[],
  end: 'first' | 'last',
): ChangedText {
  const count = Math.min(others.length, words.length);
  const first = end === 'first' ? 0 : words.length - count;
  return {
    words: [...words.slice(0, first), ...others.slice(0, count), ...words.slice(first + count)],
    changed: [first, first + count],
  };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
