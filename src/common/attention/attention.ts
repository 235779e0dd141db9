/** Weights of attention: their rows, how many a model may be asked for, and how strongly each is shown. */
import type { Attention, Token } from '../protocol/engine/types';
import { isUnknown, placesAmongSame, withPlace } from '../text/tokenText';

/** A layer and a head, both counted from 0. */
export interface HeadPosition {
  readonly layer: number;
  readonly head: number;
}

/**
 * Averages one query's attention over heads; the result sums to 1.
 *
 * @param heads at least one.
 * @returns [S], over the keys.
 */
export function attentionRow(
  { shape, weights }: Attention,
  query: number,
  heads: readonly HeadPosition[],
): Float32Array {
  const [, headCount, queries, keys] = shape;
  const row = new Float32Array(keys);
  for (const { layer, head } of heads) {
    const start = ((layer * headCount + head) * queries + query) * keys;
    for (let key = 0; key < keys; key++) {
      row[key] = (row[key] ?? 0) + (weights[start + key] ?? 0) / heads.length;
    }
  }
  return row;
}

/** The weight that a head gives from one token to another, each by its index along its axis. */
export function weightOf(
  { shape: [, heads, queries, keys], weights }: Attention,
  { layer, head }: HeadPosition,
  { query, key }: { readonly query: number; readonly key: number },
): number {
  return weights[((layer * heads + head) * queries + query) * keys + key] ?? 0;
}

/** Lists every head of a model, layer by layer. */
export const allHeads = ([layers, heads]: readonly [
  layers: number,
  heads: number,
  ...rest: unknown[],
]): HeadPosition[] =>
  Array.from({ length: layers * heads }, (_, index) => ({
    layer: Math.floor(index / heads),
    head: index % heads,
  }));

/** Whether a query may attend to a key: a decoder attends to nothing that comes later. */
export const maySee = ({ kind }: Attention, query: number, key: number): boolean =>
  kind !== 'decoder' || key <= query;

/**
 * The text of a token as the user wrote it. A special token is shown by its name, and one that the model does not know
 * by the token that it reads instead: "[UNK] (図)".
 */
export function tokenText(token: Token, texts: readonly string[]): string {
  const { isSpecial, text, start, end, segment } = token;
  const written = texts[segment]?.slice(start, end) ?? text;
  return isSpecial ? text : isUnknown(token) ? `${text} (${written})` : written;
}

/** The texts of tokens, those that are the same told apart: "the₁", "the₂". */
export function tokenNames(tokens: readonly Token[], texts: readonly string[]): string[] {
  const names = tokens.map(token => tokenText(token, texts).replace(/\s+/gu, ' '));
  const places = placesAmongSame(names);
  return names.map((name, index) => withPlace(name, places[index]));
}

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

/** How a weight becomes a strength. The square root lets small weights be seen. */
export type Scale = 'sqrt' | 'linear';

/**
 * The strength of a weight.
 *
 * @param weight 0 to `top`; more counts as `top`.
 * @param top the weight that is shown in full; where it is 0, nothing is.
 * @returns 0 to 1.
 */
export function strengthOf(weight: number, top: number, scale: Scale): number {
  if (top <= 0) {
    return 0;
  }
  const share = Math.min(1, Math.max(0, weight / top));
  return scale === 'sqrt' ? Math.sqrt(share) : share;
}

/** The weight of a strength: the inverse of {@link strengthOf}. */
export const weightAt = (strength: number, top: number, scale: Scale): number =>
  top * (scale === 'sqrt' ? strength * strength : strength);
