import type { Token } from '../../../common/protocol/engine/types';

/** What is painted in one colour: a token, or a character that several tokens share. */
export interface TokenStretch {
  /** UTF-16 offsets into the text, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Places of its tokens in the text's list; more than one where they share characters. */
  readonly tokens: readonly number[];
}

/**
 * Cuts a text as its tokens do. An editor can paint no part of a character: tokens that share one are one stretch.
 * Special tokens stand for no character and are left out.
 */
export function stretchesOf(tokens: readonly Token[]): TokenStretch[] {
  const stretches: { start: number; end: number; tokens: number[] }[] = [];
  for (const [index, { start, end, isSpecial }] of tokens.entries()) {
    const last = stretches.at(-1);
    if (isSpecial || start === end) {
      continue;
    }
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
      last.tokens.push(index);
    } else {
      stretches.push({ start, end, tokens: [index] });
    }
  }
  return stretches;
}
