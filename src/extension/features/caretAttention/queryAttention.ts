import { attentionRow, maySee } from '../../../common/attention/attentionRow';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { Token } from '../../../common/protocol/engine/types';
import type { HeadPosition } from '../../../common/protocol/pages/page';

/** A token of the text and how much the query looks at it. */
export interface TokenWeight {
  readonly token: Token;
  /** 0 to 1; a share of all attention of the query, that on special tokens included. */
  readonly weight: number;
  /** 0 to 1, for painting: 1 for the strongest token of the text. */
  readonly strength: number;
}

export interface QueryAttention {
  /** The token that looks: the one under the caret. */
  readonly query: Token;
  /** In the order of the text. */
  readonly attended: readonly TokenWeight[];
  /** What goes to `[CLS]` and `[SEP]`, which stand for no character. */
  readonly specialWeight: number;
}

/**
 * What the token under the caret looks at.
 *
 * @param caret UTF-16 offset in the analysed text.
 * @param heads are averaged; at least one.
 * @returns undefined when no token stands for a character.
 */
export function attentionAt(
  { source, attentions: [attention] }: Analysis,
  caret: number,
  heads: readonly HeadPosition[],
  scale: 'sqrt' | 'linear',
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
  const top = ofText.reduce((most, { weight }) => Math.max(most, weight), 0);
  const strength = (weight: number) => {
    const share = top > 0 ? weight / top : 0;
    return scale === 'sqrt' ? Math.sqrt(share) : share;
  };
  return {
    query: query.token,
    attended: ofText.map(({ token, weight }) => ({
      ...{ token, weight },
      strength: strength(weight),
    })),
    specialWeight: shares.reduce(
      (sum, { token, weight }) => sum + (token.isSpecial ? weight : 0),
      0,
    ),
  };
}

/** The token that the caret is in or touches, the one behind it first; else the nearest. */
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
