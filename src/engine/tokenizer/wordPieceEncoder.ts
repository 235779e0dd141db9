import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { LRUCache } from 'lru-cache';
import { normalizeAligned } from './alignment';
import type { EncodeStretch, Piece } from './section';
import { invalidTokenizer, type WordPieceFile } from './tokenizerFile';
import { cutIntoPieces, vocabularyOf } from './wordPiece';

/** Chinese characters outside the basic plane, which the library does not set apart as it does the others. */
const astralChinese =
  /^[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]$/u;

/**
 * BERT's way to cut text: normalized character by character, into words, into pieces of them.
 *
 * @throws EngineError `model-invalid` when the library lacks a stage.
 */
export function wordPieceStretch(file: WordPieceFile, library: Library): EncodeStretch {
  const { normalizer, pre_tokenizer: preTokenizer } = library;
  if (!normalizer || !preTokenizer) {
    throw invalidTokenizer('a stage is missing');
  }
  const vocabulary = vocabularyOf(file, library);
  const unknown = file.model.unk_token;
  const normalizedCharacters = new Map<string, string>();
  const piecesOfWords = new LRUCache<string, readonly string[]>({ max: 20_000 });

  return (stretch, offset) => {
    const normalized = normalizeAligned(stretch, normalize, offset);
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

  /** How many units of its word a piece stands for. */
  function lengthOf(piece: string, isContinued: boolean): number {
    return piece.length - (isContinued ? vocabulary.prefix.length : 0);
  }
}
