/** The text's tokens as the model reads them, and how far each was expected. */
import type { TokenScores } from '../../src/common/protocol/engine/score';
import type { Token } from '../../src/common/protocol/engine/types';
import type { Subject } from '../../src/common/protocol/pages/subject';

/** The tokens of a text as the model reads them, from the first that fits its context. */
export interface ReadTokens {
  readonly subject: Subject;
  readonly tokens: readonly Token[];
  /** Tokens before them that the model does not read. */
  readonly dropped: number;
}

/** How far each token of a text was expected. */
export interface TextScores extends Pick<TokenScores, 'logProbabilities' | 'ranks'> {
  readonly subject: Subject;
}

export const colorings = ['off', 'bits', 'rank'] as const;
export type Coloring = (typeof colorings)[number];

/** Bits from a probability's natural logarithm. */
export const bitsOf = (logProbability: number): number => -logProbability / Math.LN2 || 0;

/** Upper ends of the levels, the last of which has none; ranks as GLTR (Gehrmann et al. 2019). */
const levelEnds = { bits: [3, 7, 12], rank: [10, 100, 1000] } as const;

/** 0 is what was expected, 3 what was not at all; undefined where it is not known. */
export function levelOf(coloring: Coloring, bits: number | undefined, rank: number | undefined) {
  if (coloring === 'off') {
    return undefined;
  }
  const value = coloring === 'bits' ? bits : rank;
  const isBelow = (end: number) =>
    value !== undefined && (coloring === 'bits' ? value < end : value <= end);
  const level = levelEnds[coloring].findIndex(isBelow);
  return value === undefined ? undefined : level < 0 ? 3 : level;
}
