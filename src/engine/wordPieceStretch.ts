import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { LRUCache } from 'lru-cache';
import { normalizeAligned } from './alignment';
import type { EncodeStretch, Piece } from './stretch';
import { invalidTokenizer, type WordPieceFile } from './tokenizerFile';
import { cutIntoPieces, type WordPieceVocabulary } from './wordPiece';

/** Chinese characters outside the basic plane, which the library does not set apart as it does the others. */
const astralChinese =
  /^[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]$/u;

/**
 * BERT's way to cut text: normalized character by character, into words, into pieces of them.
 *
 * @throws EngineError `model-invalid` when the library lacks a stage.
 */
export function wordPieceStretch(file: WordPieceFile, library: Library): EncodeStretch {
  const { normalizer, pre_tokenizer: preTokenizer, model } = library;
  if (!normalizer || !preTokenizer || !model) {
    throw invalidTokenizer('a stage is missing');
  }
  const vocabulary: WordPieceVocabulary = {
    ids: model.tokens_to_ids,
    prefix: file.model.continuing_subword_prefix,
    maxWordLength: file.model.max_input_chars_per_word,
    maxPieceLength: model.vocab.reduce((longest, piece) => Math.max(longest, piece.length), 0),
  };
  const unknown = file.model.unk_token;
  const normalizedCharacters = new Map<string, string>();
  const piecesOfWords = new LRUCache<string, readonly string[]>({ max: 20_000 });

  return (stretch, offset) => {
    const normalized = normalizeAligned(stretch, normalize, offset);
    const pieces: Piece[] = [];
    let word = 0;
    let cursor = 0;
    for (const wordText of preTokenizer.pre_tokenize(normalized.text)) {
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
      word++;
    }
    return { pieces, wordCount: word };
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

  /** How many units of its word a piece stands for. */
  function lengthOf(piece: string, isContinued: boolean): number {
    return piece.length - (isContinued ? vocabulary.prefix.length : 0);
  }
}
