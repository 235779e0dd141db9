/** A piece of the vocabulary and where it stands in the original text, in UTF-16 units. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Index of its word in the stretch. */
  readonly word: number;
}

export interface EncodedStretch {
  readonly pieces: readonly Piece[];
  /** Each as the tokenizer's model is given it: normalized, and letters for bytes where the vocabulary is of bytes. */
  readonly words: readonly string[];
}

/** Cuts a stretch of text without added tokens. @param offset where the stretch begins in the original. */
export type EncodeStretch = (stretch: string, offset: number) => EncodedStretch;
