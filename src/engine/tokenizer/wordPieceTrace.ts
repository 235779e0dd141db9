import type { WordPart, WordStep } from '../../common/protocol/engine/tokenize';
import { cuts, isTooLong, type WordPieceVocabulary } from './wordPiece';
import type { StepsOfWord } from './tokenizationTrace';

const utf8 = new TextEncoder();

/**
 * The cuts of WordPiece, one a step: the longest piece that the rest of the word begins with, until nothing is left.
 * Where no piece fits, the last step puts the unknown token in the place of the whole word.
 *
 * @param unknown spelling of the token for a word that cannot be cut.
 * @see Devlin et al., BERT, arXiv:1810.04805; Wu et al., arXiv:1609.08144, section 4.1.
 */
export function wordPieceSteps(vocabulary: WordPieceVocabulary, unknown: string): StepsOfWord {
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
