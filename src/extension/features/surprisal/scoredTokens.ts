/** The scored tokens of a document, and their spellings. */
import type { TokenScores } from '../../../common/protocol/engine/score';
import type { Candidate } from '../../../common/protocol/engine/types';
import { addSums, bitsOf, noSums, type Sums } from './bits';
import type { PlainText } from './chunking';

/** A token of a document, and how surprising it is. */
export interface ScoredToken {
  /** The token's id in the vocabulary. */
  readonly id: number;
  /** UTF-16 offsets from the beginning of its chunk. */
  readonly start: number;
  readonly end: number;
  /** The surprisal; undefined for the first token of a document, which has no context. */
  readonly bits: number | undefined;
  /** 1 for the most probable token; undefined as `bits`. */
  readonly rank: number | undefined;
  /** The number of tokens read before it. */
  readonly contextSize: number;
  /** The length in UTF-8; 0 for a token that only continues a character that the token before began. */
  readonly bytes: number;
  /** The most probable tokens at its place, in descending order. */
  readonly alternatives: readonly { readonly id: number; readonly probability: number }[];
}

const utf8 = new TextEncoder();

/** Converts a part of a score to tokens of a document. @param plain the chunk as the model read it. */
export function scoredTokens(
  { tokens, logProbabilities, ranks, candidates, contextSizes }: TokenScores,
  plain: PlainText,
): readonly ScoredToken[] {
  return tokens.map((token, index): ScoredToken => {
    const logProbability = logProbabilities[index];
    const before = tokens[index - 1];
    const isPart = before?.start === token.start && before.end === token.end;
    return {
      id: token.id,
      start: plain.at(token.start),
      end: plain.at(token.end),
      bits: logProbability === undefined ? undefined : bitsOf(logProbability),
      rank: ranks[index],
      contextSize: contextSizes[index] ?? 0,
      bytes: isPart ? 0 : utf8.encode(plain.text.slice(token.start, token.end)).length,
      alternatives: (candidates[index] ?? []).map(({ id, probability }) => ({ id, probability })),
    };
  });
}

/** Sums the surprisal of some tokens. */
export const sumsOf = (tokens: readonly ScoredToken[]): Sums =>
  tokens.reduce(
    (sums, { bits, bytes }) =>
      bits === undefined ? sums : addSums(sums, { bits, tokens: 1, bytes }),
    noSums,
  );

/** The spellings of ids, each kept once: in a long document every common token is an alternative thousands of times. */
export class Spellings {
  readonly #texts = new Map<number, string>();

  learn(candidates: readonly (readonly Candidate[])[]): void {
    for (const { id, text } of candidates.flat()) {
      this.#texts.set(id, text);
    }
  }

  textOf(id: number): string {
    return this.#texts.get(id) ?? '';
  }
}
