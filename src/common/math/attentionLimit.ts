import type { Manifest } from '../protocol/manifest';

/** Of attention, in numbers: 128 MB. It grows with the square of the text. */
const maxWeights = 2 ** 25;

/** How many tokens can be read where attention to all of them is asked for. */
export function maxAttentionTokens({
  layers,
  heads,
  contextLength,
}: Pick<Manifest, 'layers' | 'heads' | 'contextLength'>): number {
  return Math.min(contextLength, Math.floor(Math.sqrt(maxWeights / layers / heads)));
}
