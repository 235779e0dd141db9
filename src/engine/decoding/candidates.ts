/** Tokens of a distribution in the form of the contract. */

import type { TokenRank } from '../../common/protocol/engine/predict';
import type { Candidate } from '../../common/protocol/engine/types';
import { largestIndices, logSumOf, rankOf, type RankedToken } from '../../common/math/logits';
import type { Tokenizer } from '../tokenizer/encoding';

/** Ranked tokens with their readable texts. */
export const candidatesOf = (
  tokenizer: Tokenizer,
  ranked: readonly RankedToken[],
): readonly Candidate[] =>
  ranked.map(({ id, logProbability }) => ({
    id,
    text: tokenizer.readableTextOf(id),
    probability: Math.exp(logProbability),
  }));

/**
 * The `count` most probable tokens by logits [V], the best first.
 *
 * @param logSum as `logSumOf` computes it, if it is known already.
 * @throws as `largestLogit`.
 */
export function topCandidates(
  tokenizer: Tokenizer,
  logits: Float32Array,
  count: number,
  logSum = logSumOf(logits),
): readonly Candidate[] {
  return candidatesOf(
    tokenizer,
    largestIndices(logits, count).map(id => ({ id, logProbability: logits[id]! - logSum })),
  );
}

/** The rank and probability of a token by logits [V]. @throws as `largestLogit`. */
export function tokenRank(logits: Float32Array, id: number): TokenRank {
  const logSum = logSumOf(logits);
  return { rank: rankOf(logits, id), probability: Math.exp(logits[id]! - logSum) };
}
