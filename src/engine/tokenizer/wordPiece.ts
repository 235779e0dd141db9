import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { invalidTokenizer, type WordPieceFile } from './tokenizerFile';

/** A vocabulary of word pieces, ready to cut words with. */
export interface WordPieceVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** Stands before a piece that is not the first of its word: `##`. */
  readonly prefix: string;
  /** A longer word is unknown, in code points. */
  readonly maxWordLength: number;
  /** Of the longest piece, in UTF-16 units. */
  readonly maxPieceLength: number;
}

/** @throws EngineError `model-invalid` when the library lacks the model. */
export function vocabularyOf({ model: settings }: WordPieceFile, { model }: Library) {
  if (!model) {
    throw invalidTokenizer('a stage is missing');
  }
  return {
    ids: model.tokens_to_ids,
    prefix: settings.continuing_subword_prefix,
    maxWordLength: settings.max_input_chars_per_word,
    maxPieceLength: model.vocab.reduce((longest, piece) => Math.max(longest, piece.length), 0),
  } satisfies WordPieceVocabulary;
}

/** Such a word is unknown as a whole. */
export const isTooLong = (word: string, { maxWordLength }: WordPieceVocabulary): boolean =>
  word.length > maxWordLength && [...word].length > maxWordLength;

/**
 * Cuts a word from left to right into the longest pieces that the vocabulary has, as far as it has any.
 *
 * The library's own search tries every length up to the word's end; this one stops at the longest piece, which
 * for a page of random letters is 4 seconds against a tenth of one.
 *
 * @returns each piece as the vocabulary spells it, and where it ends in the word.
 * @see Devlin et al., BERT, arXiv:1810.04805; Wu et al., arXiv:1609.08144, section 4.1.
 */
export function* cuts(
  word: string,
  { ids, prefix, maxPieceLength }: WordPieceVocabulary,
): Generator<{ readonly piece: string; readonly end: number }> {
  let start = 0;
  while (start < word.length) {
    const before = start === 0 ? '' : prefix;
    let end = Math.min(word.length, start + maxPieceLength - before.length);
    let piece = before + word.slice(start, end);
    // A piece is whole code points, so no cut through a surrogate pair can be in the vocabulary.
    while (end > start && !ids.has(piece)) {
      end--;
      piece = before + word.slice(start, end);
    }
    if (end === start) {
      return;
    }
    yield { piece, end };
    start = end;
  }
}

/** @returns the pieces of a word as the vocabulary spells them; undefined for a word that cannot be cut. */
export function cutIntoPieces(
  word: string,
  vocabulary: WordPieceVocabulary,
): readonly string[] | undefined {
  if (isTooLong(word, vocabulary)) {
    return undefined;
  }
  const found = [...cuts(word, vocabulary)];
  return (found.at(-1)?.end ?? 0) < word.length ? undefined : found.map(({ piece }) => piece);
}
