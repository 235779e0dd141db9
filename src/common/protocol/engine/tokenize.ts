import type { Token } from './types';

export interface TokenizeRequest {
  readonly modelId: string;
  readonly text: string;
  readonly textPair?: string | undefined;
  /** Words whose way to their tokens to tell, by `Token.word`, and the bytes of all tokens with them; none by default. */
  readonly stepsOf?: readonly number[] | 'all' | undefined;
}

export interface Tokenization {
  readonly modelId: string;
  /** Of the whole text, special tokens included; never cut. */
  readonly tokens: readonly Token[];
  /** Only if asked for. */
  readonly detail?: TokenizationDetail | undefined;
}

export type TokenizerKind = 'byte-level' | 'word-piece';

/** How a text became its tokens. */
export interface TokenizationDetail {
  /** Byte-pair encoding of bytes, or WordPiece. */
  readonly kind: TokenizerKind;
  /**
   * For each token the UTF-8 bytes that its entry in the vocabulary stands for. A token that was added to the
   * vocabulary and one for an unknown word have those of the text in their place, a special token none.
   */
  readonly bytes: readonly (readonly number[])[];
  /** Of the words asked for, without those that are added tokens or too long to be told step by step. */
  readonly words: readonly WordSteps[];
}

/** A part of a word on its way to its tokens. */
export interface WordPart {
  /** As the vocabulary spells it; what WordPiece has not cut yet, as its characters. */
  readonly text: string;
  readonly bytes: readonly number[];
}

export interface WordStep {
  /** The word after the step. */
  readonly parts: readonly WordPart[];
  /** Index of the part that the step made. */
  readonly made: number;
  /** Of byte-pair encoding: the two neighbours that became one, and when training merged them, counted from 0. */
  readonly merge?: { readonly pair: readonly [string, string]; readonly rank: number } | undefined;
}

/** How a word became its tokens: the parts that the last step leaves, or the first parts where there is no step. */
export interface WordSteps {
  /** As in `Token.word`. */
  readonly word: number;
  /** Byte-pair encoding begins with single bytes, WordPiece with the whole word. */
  readonly start: readonly WordPart[];
  readonly steps: readonly WordStep[];
}

export interface SpellRequest {
  readonly modelId: string;
  readonly ids: readonly number[];
}

/** A token of the vocabulary as people can read it. */
export interface Spelling {
  /** As in `Candidate.text`; empty for an id that is not in the vocabulary. */
  readonly text: string;
  /** The UTF-8 bytes that it stands for; none of a special token. */
  readonly bytes: readonly number[];
  /** It stands for no character: `<|endoftext|>`, `[MASK]`. */
  readonly isSpecial: boolean;
}
