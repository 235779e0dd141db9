/** The interface of a tokenizer, and what its stages pass to one another. */

import type {
  Spelling,
  TokenizerKind,
  WordPart,
  WordStep,
} from '../../common/protocol/engine/tokenize';
import type { Token } from '../../common/protocol/engine/types';

/** A piece of the vocabulary and its place in the original text, in UTF-16 units. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Index of its word in the section. */
  readonly word: number;
}

interface EncodedSection {
  readonly pieces: readonly Piece[];
  /** Each word as the tokenizer's model reads it: normalized, and in letters for bytes if the vocabulary is of bytes. */
  readonly words: readonly string[];
}

/** Encodes a section of text between added tokens. @param offset where the section begins in the original. */
export type EncodeSection = (section: string, offset: number) => EncodedSection;

/**
 * Traces how a word becomes tokens; what the last step leaves is what the tokenizer gives.
 *
 * @param word as the model of the tokenizer reads it: letters for bytes, or normalized characters.
 */
export type TraceWord = (word: string) => {
  readonly start: readonly WordPart[];
  readonly steps: readonly WordStep[];
};

/** Longest word that is traced, in UTF-16 units: every step repeats the word. */
export const maxTracedWordLength = 256;

/** A part of a prompt that a model's template makes: a special token, or text. */
export type PromptPart = { readonly special: string } | { readonly text: string };

/** A token of one text, before the special-token template is applied. */
export type TextToken = Omit<Token, 'segment' | 'isSpecial'>;

export interface EncodedText {
  readonly tokens: readonly TextToken[];
  /** Each word as the tokenizer's model reads it; undefined for an added token. */
  readonly words: readonly (string | undefined)[];
}

export interface DecodedText {
  readonly text: string;
  /** Length of the part of `text` that stays as it is, whatever tokens follow: the last character may lack bytes. */
  readonly settledLength: number;
  /** One for each id; a special token has an empty range. */
  readonly tokens: readonly Token[];
}

/** One place of a special-token template: a special token, or where the tokens of a text go. */
export type TemplatePart = { readonly segment: 0 | 1 } & (
  | { readonly special: { readonly id: number; readonly text: string } }
  | { readonly textIndex: 0 | 1 }
);

/**
 * Turns text into tokens that know their place in it, in UTF-16 offsets, and back.
 */
export interface Tokenizer {
  readonly kind: TokenizerKind;
  /** Traces how a word of `EncodedText.words` becomes its tokens. */
  readonly stepsOf: TraceWord;
  /** Id of the token for a word that cannot be made from the vocabulary; undefined if every word can. */
  readonly unknownId: number | undefined;
  /** Largest id, plus 1. */
  readonly vocabSize: number;
  /**
   * Encodes a text. No token is special but BERT's mask, whatever is spelled in it. Ranges rise monotonically, lie within the text and hold whole code
   * points; two tokens share a range only where one character became several (a Korean syllable, its letters; the
   * bytes of a character). Characters that the normalizer drops (controls, lone surrogates) and white space may be
   * in no range of a WordPiece tokenizer.
   *
   * @throws EngineError `input-too-long` above `maxTextLength` units.
   */
  encode(text: string): EncodedText;
  /**
   * Encodes a prompt: its special tokens by their ids, its texts as `encode` does. Offsets point into the texts of the
   * parts put together.
   *
   * @throws EngineError `input-too-long`, `model-invalid` for a special token that is not in the vocabulary.
   */
  encodePrompt(parts: readonly PromptPart[]): EncodedText & { readonly text: string };
  /**
   * Decodes ids of a byte-level vocabulary, without special tokens, and without the space that `encode` puts before a
   * text. Words are counted as `encode` cuts them.
   */
  decode(ids: readonly number[]): DecodedText;
  /** The vocabulary's spelling of a token; empty for an id that is not in it. */
  textOf(id: number): string;
  /**
   * The entries of a byte-level vocabulary by their ids, in letters for bytes; empty for a special token, and for an id
   * that is not in it.
   */
  byteEntries(): readonly string[];
  /** A token in readable form: ` cat` if the vocabulary has letters for bytes, U+FFFD for a part of a character. */
  readableTextOf(id: number): string;
  /**
   * The UTF-8 bytes that a token stands for: those of its entry in the vocabulary; for an added token and an unknown
   * word, whose entries are names, the bytes of the text in their place; for a special token none.
   *
   * @param text that the token's range points into.
   */
  bytesOf(token: Omit<TextToken, 'word'>, text: string): readonly number[];
  /** The readable form and the bytes of a token without a text; an added token stands for its entry. */
  spellingOf(id: number): Spelling;
  /** A special token in a sequence: at `offset`, with no width. */
  specialToken(id: number, offset: number): Token;
  /** The special tokens around one text or two, in order. */
  template(textCount: 1 | 2): readonly TemplatePart[];
}
