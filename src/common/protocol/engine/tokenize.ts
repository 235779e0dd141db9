/** The contract of `tokenize` and `spell`: what tokens a text becomes. */

import type { Token } from './types';

export interface TokenizeRequest {
  readonly modelId: string;
  readonly text: string;
  readonly textPair?: string | undefined;
  /** Words, by `Token.word`, whose steps to return, and the bytes of all tokens with them; none by default. */
  readonly stepsOf?: readonly number[] | 'all' | undefined;
}

export interface Tokenization {
  readonly modelId: string;
  /** The tokens of the whole text, special ones included; never truncated. */
  readonly tokens: readonly Token[];
  /** Present only if requested. */
  readonly detail?: TokenizationDetail | undefined;
}

export type TokenizerKind = 'byte-level' | 'word-piece';

/** How a text became its tokens. */
export interface TokenizationDetail {
  /** Byte-pair encoding of bytes, or WordPiece. */
  readonly kind: TokenizerKind;
  /**
   * For each token the UTF-8 bytes that its entry in the vocabulary stands for. A token that was added to the
   * vocabulary and one for an unknown word have the bytes of the text in their place, a special token none.
   */
  readonly bytes: readonly (readonly number[])[];
  /** The requested words, without those that are added tokens or too long for steps. */
  readonly words: readonly WordSteps[];
}

/** A part of a word while it becomes tokens. */
export interface WordPart {
  /** The vocabulary's spelling; the characters of what WordPiece has not cut yet. */
  readonly text: string;
  readonly bytes: readonly number[];
}

export interface WordStep {
  /** The word after the step. */
  readonly parts: readonly WordPart[];
  /** Index of the part that the step made. */
  readonly made: number;
  /** The two neighbours that byte-pair encoding merged, and when training merged them, counted from 0. */
  readonly merge?: { readonly pair: readonly [string, string]; readonly rank: number } | undefined;
}

/** How a word became its tokens: the parts after the last step, or the first parts if there is no step. */
export interface WordSteps {
  /** Index as in `Token.word`. */
  readonly word: number;
  /** Byte-pair encoding begins with single bytes, WordPiece with the whole word. */
  readonly start: readonly WordPart[];
  readonly steps: readonly WordStep[];
}

export interface SpellRequest {
  readonly modelId: string;
  readonly ids: readonly number[];
}

/** A token of the vocabulary in readable form. */
export interface Spelling {
  /** Text as in `Candidate.text`; empty for an id that is not in the vocabulary. */
  readonly text: string;
  /** The UTF-8 bytes that it stands for; empty for a special token. */
  readonly bytes: readonly number[];
  /** Whether it stands for no character: `<|endoftext|>`, `[MASK]`. */
  readonly isSpecial: boolean;
}
