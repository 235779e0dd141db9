/** Attention between words: the rows and columns of a word's tokens put together. */
import type { Attention, Token } from '../protocol/engine/types';
import type { HeadPosition } from './attention';

/** A word as the pre-tokenizer cut it. */
export interface Word {
  /** `Token.word` of its tokens. */
  readonly word: number;
  /** Indices of its tokens, in order; at least one. */
  readonly tokens: readonly number[];
}

/** The words of a text, in order; special tokens are in none. */
export function groupByWord(tokens: readonly Token[]): Word[] {
  const words = new Map<number, number[]>();
  for (const [index, { word, isSpecial }] of tokens.entries()) {
    const known = words.get(word);
    if (known) {
      known.push(index);
    } else if (!isSpecial) {
      words.set(word, [index]);
    }
  }
  return Array.from(words, ([word, indices]) => ({ word, tokens: indices }));
}

/**
 * One head's attention between words: to a word the sum over its tokens, from a word the mean over them. What goes to
 * special tokens is left out, so that rows sum to 1 less that.
 *
 * @param attention of one text to itself, [L, H, S, S].
 * @returns [W, W], row-major, from then to.
 * @see Clark et al., arXiv:1906.04341, section 4.1
 */
export function wordAttention(
  { shape, weights }: Attention,
  { layer, head }: HeadPosition,
  words: readonly Word[],
): Float64Array {
  const [, heads, queries, keys] = shape;
  const start = (layer * heads + head) * queries * keys;
  const pooled = new Float64Array(words.length ** 2);
  for (const [row, from] of words.entries()) {
    for (const query of from.tokens) {
      for (const [column, to] of words.entries()) {
        for (const key of to.tokens) {
          const weight = weights[start + query * keys + key] ?? 0;
          pooled[row * words.length + column]! += weight / from.tokens.length;
        }
      }
    }
  }
  return pooled;
}
