/** Computes the attention of the token at a caret. */
import { strengthOf, type Scale } from '../../../common/math/strength';
import { attentionRow, maySee } from '../../../common/attention/attentionRow';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { Token } from '../../../common/protocol/engine/types';
import type { HeadPosition } from '../../../common/protocol/pages/page';

/** A token of the text, and how much the query attends to it. */
export interface TokenWeight {
  readonly token: Token;
  /** 0 to 1: the share of all attention of the query, including that on special tokens. */
  readonly weight: number;
  /** 0 to 1, for painting: 1 for the strongest token of the text. */
  readonly strength: number;
}

/** The attention of one query. */
export interface QueryAttention {
  /** The query: the token under the caret. */
  readonly query: Token;
  /** The tokens that it attends to, in the order of the text. */
  readonly attended: readonly TokenWeight[];
  /** The weight of `[CLS]` and `[SEP]`, which stand for no character. */
  readonly specialWeight: number;
}

/**
 * Computes what the token under the caret attends to.
 *
 * @param caret UTF-16 offset in the analysed text.
 * @param heads the heads to average; at least one.
 * @returns undefined if no token stands for a character.
 */
export function attentionAt(
  { source, attentions: [attention] }: Analysis,
  caret: number,
  heads: readonly HeadPosition[],
  scale: Scale,
): QueryAttention | undefined {
  const query = nearestToken(source, caret);
  if (query === undefined || !attention) {
    return undefined;
  }
  const row = attentionRow(attention, query.index, heads);
  const shares = source
    .map((token, key) => ({ token, key, weight: row[key] ?? 0 }))
    .filter(({ key }) => maySee(attention, query.index, key));
  const ofText = shares.filter(({ token }) => !token.isSpecial);
  const top = ofText.reduce((max, { weight }) => Math.max(max, weight), 0);
  return {
    query: query.token,
    attended: ofText.map(({ token, weight }) => ({
      ...{ token, weight },
      strength: strengthOf(weight, top, scale),
    })),
    specialWeight: shares.reduce(
      (sum, { token, weight }) => sum + (token.isSpecial ? weight : 0),
      0,
    ),
  };
}

/** Finds the token that the caret is in or touches, preferring the one behind it; otherwise the nearest. */
function nearestToken(
  tokens: readonly Token[],
  caret: number,
): { readonly token: Token; readonly index: number } | undefined {
  let nearest: { token: Token; index: number; distance: number } | undefined;
  tokens.forEach((token, index) => {
    if (token.isSpecial || token.start === token.end) {
      return;
    }
    const distance =
      caret < token.start ? token.start - caret : Math.max(0, caret - token.end + 0.5);
    if (!nearest || distance < nearest.distance) {
      nearest = { token, index, distance };
    }
  });
  return nearest;
}
