/** BERT's way to cut text into tokens, WordPiece, and how it comes to them step by step. */

import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { LRUCache } from 'lru-cache';
import type { WordPart, WordStep } from '../../common/protocol/engine/tokenize';
import { normalizeAligned } from './alignment';
import type { EncodeSection, Piece, TraceWord } from './encoding';
import { invalidTokenizer, type WordPieceFile } from './tokenizerFile';

/** A vocabulary of word pieces, ready to cut words with. */
interface WordPieceVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** The prefix of a piece that is not the first of its word: `##`. */
  readonly prefix: string;
  /** Length of the longest word that is not unknown, in code points. */
  readonly maxWordLength: number;
  /** Length of the longest piece, in UTF-16 units. */
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

/** Whether a word is unknown as a whole because of its length. */
const isTooLong = (word: string, { maxWordLength }: WordPieceVocabulary): boolean =>
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
function* cuts(
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
function cutIntoPieces(
  word: string,
  vocabulary: WordPieceVocabulary,
): readonly string[] | undefined {
  if (isTooLong(word, vocabulary)) {
    return undefined;
  }
  const found = [...cuts(word, vocabulary)];
  return (found.at(-1)?.end ?? 0) < word.length ? undefined : found.map(({ piece }) => piece);
}

/** Chinese characters outside the basic plane, which the library does not set apart as it does the others. */
const astralChinese =
  /^[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]$/u;

/**
 * BERT's way to cut text: normalized character by character, into words, into pieces of them.
 *
 * @throws EngineError `model-invalid` when the library lacks a stage.
 */
export function wordPieceEncoder(file: WordPieceFile, library: Library): EncodeSection {
  const { normalizer, pre_tokenizer: preTokenizer } = library;
  if (!normalizer || !preTokenizer) {
    throw invalidTokenizer('a stage is missing');
  }
  const vocabulary = vocabularyOf(file, library);
  const unknown = file.model.unk_token;
  const normalizedCharacters = new Map<string, string>();
  const piecesOfWords = new LRUCache<string, readonly string[]>({ max: 20_000 });

  return (section, offset) => {
    const normalized = normalizeAligned(section, normalize, offset);
    const pieces: Piece[] = [];
    const words = preTokenizer.pre_tokenize(normalized.text);
    let cursor = 0;
    for (const [word, wordText] of words.entries()) {
      const wordStart = normalized.text.indexOf(wordText, cursor);
      cursor = wordStart + wordText.length;
      let from = wordStart;
      for (const text of piecesOf(wordText)) {
        const to = text === unknown ? cursor : from + lengthOf(text, from > wordStart);
        const start = normalized.starts[from] ?? 0;
        const end = normalized.ends[to - 1] ?? 0;
        pieces.push({ text, start, end, word });
        from = to;
      }
    }
    return { pieces, words };
  };

  function normalize(character: string): string {
    let normalized = normalizedCharacters.get(character);
    if (normalized === undefined) {
      normalized = normalizer?.normalize(character) ?? character;
      if (file.normalizer.handle_chinese_chars && astralChinese.test(character)) {
        normalized = ` ${normalized} `;
      }
      normalizedCharacters.set(character, normalized);
    }
    return normalized;
  }

  function piecesOf(word: string): readonly string[] {
    let pieces = piecesOfWords.get(word);
    if (!pieces) {
      pieces = cutIntoPieces(word, vocabulary) ?? [unknown];
      piecesOfWords.set(word, pieces);
    }
    return pieces;
  }

  /** Number of units of its word that a piece stands for. */
  function lengthOf(piece: string, isContinued: boolean): number {
    return piece.length - (isContinued ? vocabulary.prefix.length : 0);
  }
}

const utf8 = new TextEncoder();

/**
 * The cuts of WordPiece, one a step: the longest piece that the rest of the word begins with, until nothing is left.
 * Where no piece fits, the last step puts the unknown token in the place of the whole word.
 *
 * @param unknown spelling of the token for a word that cannot be cut.
 * @see Devlin et al., BERT, arXiv:1810.04805; Wu et al., arXiv:1609.08144, section 4.1.
 */
export function wordPieceTrace(vocabulary: WordPieceVocabulary, unknown: string): TraceWord {
  return word => {
    const start = [restOf(word)];
    const steps: WordStep[] = [];
    const pieces: WordPart[] = [];
    let end = 0;
    for (const cut of isTooLong(word, vocabulary) ? [] : cuts(word, vocabulary)) {
      pieces.push({ text: cut.piece, bytes: bytesOf(word.slice(end, cut.end)) });
      ({ end } = cut);
      const rest = end < word.length ? [restOf(word.slice(end))] : [];
      steps.push({ parts: [...pieces, ...rest], made: pieces.length - 1 });
    }
    if (end < word.length) {
      steps.push({ parts: [{ text: unknown, bytes: bytesOf(word) }], made: 0 });
    }
    return { start, steps };
  };
}

const bytesOf = (text: string) => [...utf8.encode(text)];
const restOf = (text: string): WordPart => ({ text, bytes: bytesOf(text) });
