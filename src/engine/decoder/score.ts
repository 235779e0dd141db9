/** Scores of tokens in the form of the contract. */

import type { Score, ScoredPart, TokenScores } from '../../common/protocol/engine/score';
import type { Candidate, Token } from '../../common/protocol/engine/types';

/** The score of a token in its place. */
export interface TokenScore {
  /** In nats; undefined if nothing precedes it. */
  readonly logProbability: number | undefined;
  /** 1 is the most probable token. */
  readonly rank: number | undefined;
  readonly candidates: readonly Candidate[];
  /** Number of tokens that were read before it. */
  readonly contextSize: number;
}

/** Called with each part of a score; `streamId` is the caller's. */
export type OnPart = (part: Omit<ScoredPart, 'streamId'>) => void;

/** Turns scores into the lists of the contract. @param scores one for each token. */
export const asTokenScores = (
  tokens: readonly Token[],
  scores: readonly TokenScore[],
): TokenScores => ({
  tokens,
  logProbabilities: scores.map(({ logProbability }) => logProbability),
  ranks: scores.map(({ rank }) => rank),
  candidates: scores.some(({ candidates }) => candidates.length > 0)
    ? scores.map(({ candidates }) => candidates)
    : [],
  contextSizes: scores.map(({ contextSize }) => contextSize),
});

/**
 * Sums up the scores of a text's tokens.
 *
 * Bits per byte do not depend on how a tokenizer cuts, so models can be compared by them. Bytes are those of the
 * tokens that have a probability.
 *
 * @param text that the tokens point into.
 */
export function summarize(
  text: string,
  tokens: readonly Token[],
  scores: readonly Pick<TokenScore, 'logProbability'>[],
): Pick<Score, 'logProbability' | 'bitsPerByte' | 'perplexity'> {
  const logProbabilities = scores.map(each => each.logProbability);
  const known = logProbabilities.filter(each => each !== undefined);
  const logProbability = known.reduce((sum, each) => sum + each, 0);
  const scored = tokens.filter((_, index) => logProbabilities[index] !== undefined);
  const scoredText = text.slice(scored[0]?.start ?? 0, scored.at(-1)?.end ?? 0);
  const bytes = new TextEncoder().encode(scoredText).length;
  return {
    logProbability,
    bitsPerByte: bytes > 0 ? -logProbability / Math.LN2 / bytes : 0,
    perplexity: known.length > 0 ? Math.exp(-logProbability / known.length) : 1,
  };
}
