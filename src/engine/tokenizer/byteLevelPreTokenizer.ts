import type { ByteLevelFile } from './tokenizerFile';

/** How a tokenizer of bytes cuts a text into words, which together are the text. */
export interface WordCut {
  readonly words: RegExp;
  /** Whether the first word gets a space before it. */
  readonly addsSpace: boolean;
}

/**
 * GPT-2's words: a contraction, letters, digits or signs, each with the space before it; or white space. White space
 * is Unicode's, as in the Rust library; JavaScript's `\s` differs in two characters.
 *
 * @see Radford et al., Language Models are Unsupervised Multitask Learners, 2019, its published encoder
 */
const ofGpt2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The same of a text that was cut before and after every digit: a space stays behind, and white space ends there. */
const withDigitsApart =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?![^\p{White_Space}\p{N}])|\p{White_Space}+/gu;

export function wordCutOf({ pre_tokenizer: preTokenizer }: ByteLevelFile): WordCut {
  return preTokenizer.type === 'Sequence'
    ? { words: withDigitsApart, addsSpace: false }
    : { words: ofGpt2, addsSpace: preTokenizer.add_prefix_space };
}
