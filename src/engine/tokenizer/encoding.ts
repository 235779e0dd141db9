/** What a tokenizer does and gives, and what its stages hand to one another. */

import type {
  Spelling,
  TokenizerKind,
  WordPart,
  WordStep,
} from '../../common/protocol/engine/tokenize';
import type { Token } from '../../common/protocol/engine/types';

/** A piece of the vocabulary and where it stands in the original text, in UTF-16 units. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Index of its word in the stretch. */
  readonly word: number;
}

export interface EncodedSection {
  readonly pieces: readonly Piece[];
  /** Each as the tokenizer's model is given it: normalized, and letters for bytes where the vocabulary is of bytes. */
  readonly words: readonly string[];
}

/** Cuts a stretch of text without added tokens. @param offset where the stretch begins in the original. */
export type EncodeSection = (stretch: string, offset: number) => EncodedSection;

/**
 * How a word became tokens, from its beginning; what the last step leaves is what the tokenizer gives.
 *
 * @param word as the model of the tokenizer was given it: letters for bytes, or normalized characters.
 */
export type TraceWord = (word: string) => {
  readonly start: readonly WordPart[];
  readonly steps: readonly WordStep[];
};

/** Steps of a longer word are not told, in UTF-16 units: every step repeats the word. */
export const maxTracedWordLength = 256;

/** A piece of a prompt that a model's template has written: a special token, or text. */
export type PromptPart = { readonly special: string } | { readonly text: string };

/** A token of one text, before it is put into a model's frame. */
export type TextToken = Omit<Token, 'segment' | 'isSpecial'>;

export interface EncodedText {
  readonly tokens: readonly TextToken[];
  /** Each as the tokenizer's model was given it; undefined for an added token. */
  readonly words: readonly (string | undefined)[];
}

export interface DecodedText {
  readonly text: string;
  /** How much of `text` stays as it is, whatever tokens come after: the last character may lack bytes. */
  readonly settledLength: number;
  /** One for each id; a special token has an empty range. */
  readonly tokens: readonly Token[];
}

/** One place of a frame: a special token, or where the tokens of a text go. */
export type TemplatePart = { readonly segment: 0 | 1 } & (
  | { readonly special: { readonly id: number; readonly text: string } }
  | { readonly textIndex: 0 | 1 }
);

/**
 * Turns text into tokens that know their place in it, in UTF-16 offsets, and back.
 */
export interface Tokenizer {
  readonly kind: TokenizerKind;
  /** How a word of `EncodedText.words` became its tokens. */
  readonly stepsOf: TraceWord;
  /** Id of what stands for a word that cannot be made from the vocabulary; undefined where every word can. */
  readonly unknownId: number | undefined;
  /** Largest id, plus 1. */
  readonly vocabSize: number;
  /**
   * The tokens of a text, none of them special but BERT's mask, whatever is spelled in it. Ranges rise monotonically, lie within the text and hold whole code
   * points; two tokens share a range only where one character became several (a Korean syllable, its letters; the
   * bytes of a character). Characters that the normalizer drops (controls, lone surrogates) and white space may be
   * in no range of a WordPiece tokenizer.
   *
   * @throws EngineError `input-too-long` above `maxTextLength` units.
   */
  encode(text: string): EncodedText;
  /**
   * The tokens of a prompt: of its special tokens their ids, of its texts those of `encode`. Places are those in the
   * parts' texts put together.
   *
   * @throws EngineError `input-too-long`, `model-invalid` for a special token that there is not.
   */
  encodePrompt(parts: readonly PromptPart[]): EncodedText & { readonly text: string };
  /**
   * The text that ids of a byte-level vocabulary spell, without special tokens, and without the space that
   * `encode` puts before a text. Words are counted as `encode` cuts them.
   */
  decode(ids: readonly number[]): DecodedText;
  /** How a token is spelled in the vocabulary; empty for an id that is not in it. */
  textOf(id: number): string;
  /**
   * Of a byte-level vocabulary each entry by its id, in letters for bytes; empty for a special token, and for an id
   * that is not in it.
   */
  byteEntries(): readonly string[];
  /** How a token reads: ` cat` where the vocabulary has letters for bytes, U+FFFD for a part of a character. */
  readableTextOf(id: number): string;
  /**
   * The UTF-8 bytes that a token stands for: of its entry in the vocabulary; of an added token and of an unknown word,
   * whose entries are names, the bytes of the text in their place; of a special token none.
   *
   * @param text that the token's range points into.
   */
  bytesOf(token: Omit<TextToken, 'word'>, text: string): readonly number[];
  /** What a token reads like and stands for, where there is no text; of an added token its entry is what it stands for. */
  spellingOf(id: number): Spelling;
  /** A special token as it stands in a sequence: at `offset`, with no width. */
  specialToken(id: number, offset: number): Token;
  /** What stands around one text, or around two, in order. */
  template(textCount: 1 | 2): readonly TemplatePart[];
}
