/** Reads rows of attention weights, and the text of the tokens they belong to. */
import type { Attention, Token } from '../protocol/engine/types';
import type { HeadPosition } from '../protocol/pages/page';
import { isUnknown } from '../text/tokenText';

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
