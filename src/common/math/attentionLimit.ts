/** How much a model may be asked to show of its attention. */

/** The largest attention tensor, in float32 numbers (128 MB). It grows with the square of the text. */
const maxWeights = 2 ** 25;

/** How many tokens can be read where attention to all of them is asked for. */
export function maxAttentionTokens({
  layers,
  heads,
  contextLength,
}: {
  readonly layers: number;
  readonly heads: number;
  readonly contextLength: number;
}): number {
  return Math.min(contextLength, Math.floor(Math.sqrt(maxWeights / layers / heads)));
}
