import type { Attention, Token } from '../shared/engineApi';
import type { HeadPosition } from '../shared/pageApi';

/**
 * One query's attention, averaged over heads; sums to 1.
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

/** Every head of every layer. */
export function allHeads({ shape: [layers, heads] }: Attention): HeadPosition[] {
  return Array.from({ length: layers * heads }, (_, i) => ({
    layer: Math.floor(i / heads),
    head: i % heads,
  }));
}

/** As the person wrote it; a special token by its name. */
export const tokenText = (
  { isSpecial, text, start, end, segment }: Token,
  texts: readonly string[],
): string => (isSpecial ? text : (texts[segment]?.slice(start, end) ?? text));
