import type { Score, Token } from '../shared/engineApi';

/**
 * The figures of a text whose tokens have these log-probabilities, in nats.
 *
 * Bits per byte do not depend on how a tokenizer cuts, so models can be compared by them. Bytes are those of the
 * tokens that have a probability.
 *
 * @param text that the tokens point into.
 */
export function summarize(
  text: string,
  tokens: readonly Token[],
  logProbabilities: readonly (number | undefined)[],
): Pick<Score, 'tokens' | 'logProbabilities' | 'logProbability' | 'bitsPerByte' | 'perplexity'> {
  const known = logProbabilities.filter(each => each !== undefined);
  const logProbability = known.reduce((sum, each) => sum + each, 0);
  const scored = tokens.filter((_, index) => logProbabilities[index] !== undefined);
  const scoredText = text.slice(scored[0]?.start ?? 0, scored.at(-1)?.end ?? 0);
  const bytes = new TextEncoder().encode(scoredText).length;
  return {
    tokens,
    logProbabilities,
    logProbability,
    bitsPerByte: bytes > 0 ? -logProbability / Math.LN2 / bytes : 0,
    perplexity: known.length > 0 ? Math.exp(-logProbability / known.length) : 1,
  };
}
