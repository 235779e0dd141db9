/** How far two distributions over the vocabulary are from each other. */

import { logSumOf } from './logits';

/**
 * D(p || q) in nats: what is lost where q is taken for p.
 *
 * @param before [V], logits of p; @param after [V], logits of q. Neither is changed.
 * @returns at least 0; 0 where both are the same.
 * @throws as `largestLogit`.
 * @see Kullback and Leibler, On Information and Sufficiency, 1951, equation 2.4
 */
export function klDivergence(
  before: Float32Array,
  after: Float32Array,
  [logSumBefore, logSumAfter] = [logSumOf(before), logSumOf(after)],
): number {
  let sum = 0;
  for (let id = 0; id < before.length; id++) {
    const logProbability = before[id]! - logSumBefore;
    sum += Math.exp(logProbability) * (logProbability - (after[id]! - logSumAfter));
  }
  // Rounding may leave less than nothing.
  return Math.max(0, sum);
}

/** log p(A) - log p(B), in nats; the sum over the vocabulary cancels out. @param logits [V] @param pair ids of A and B. */
export const logOdds = (logits: Float32Array, [a, b]: readonly [a: number, b: number]): number =>
  logits[a]! - logits[b]!;
