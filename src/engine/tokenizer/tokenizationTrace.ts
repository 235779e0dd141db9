import type { WordPart, WordStep } from '../../common/protocol/engine/tokenize';

/**
 * How a word became tokens, from its beginning; what the last step leaves is what the tokenizer gives.
 *
 * @param word as the model of the tokenizer was given it: letters for bytes, or normalized characters.
 */
export type StepsOfWord = (word: string) => {
  readonly start: readonly WordPart[];
  readonly steps: readonly WordStep[];
};

/** Steps of a longer word are not told, in UTF-16 units: every step repeats the word. */
export const longestSteppedWord = 256;
