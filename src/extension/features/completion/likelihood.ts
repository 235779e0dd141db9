/** How probable a text is to the model that wrote it, and how much of it is probable enough. */

import { clauseEnds, wholeEnds, withoutDangling } from './endings';
import type { CursorContext } from './cursorContext';

/**
 * A token as it was written: where it ends in the text, in UTF-16 units, and how probable it was, in nats. Of a word
 * that was half typed it counts how probable it was among those that begin so.
 */
export interface ScoredToken {
  readonly end: number;
  readonly logProbability: number;
}

/**
 * What is shown is at least so probable, in nats a token: as a mean of its tokens, and each of them alone. More of
 * prose is shown than of code, because many words can follow there. Chosen on the half of the positions of
 * `completion-quality` that decides, reported on the other.
 */
const minScores = {
  code: { mean: -0.45, token: -1.4 },
  prose: { mean: -0.9, token: -1.8 },
};

/**
 * The mean log-probability of the tokens of a text, in nats: its length-normalised score.
 *
 * @param length of the text, in UTF-16 units.
 */
export function scoreOf(tokens: readonly ScoredToken[], length: number): number {
  const own = within(tokens, length);
  const sum = own.reduce((total, { logProbability }) => total + logProbability, 0);
  return own.length > 0 ? sum / own.length : 0;
}

/** Whether so much of what a model wrote is probable enough to be shown. */
function isLikely(
  tokens: readonly ScoredToken[],
  length: number,
  { isProse }: Pick<CursorContext, 'isProse'>,
): boolean {
  const least = isProse ? minScores.prose : minScores.code;
  return (
    scoreOf(tokens, length) >= least.mean &&
    within(tokens, length).every(({ logProbability }) => logProbability >= least.token)
  );
}

/**
 * A text up to where the model is no longer sure of it: the longest beginning of it that is probable enough to be
 * shown, at least the end of the word before the caret. Of code that is a part of its first line, of prose of its
 * sentence.
 *
 * @returns the whole text where all of it is probable enough, and undefined where no part of it is.
 */
export function likelyPart(
  text: string,
  tokens: readonly ScoredToken[],
  context: CursorContext,
): string | undefined {
  if (isLikely(tokens, text.length, context)) {
    return text;
  }
  const [line = ''] = text.split('\n');
  const ends = context.isProse
    ? clauseEnds(line)
    : wholeEnds(line, context).filter(end => {
        const part = line.slice(0, end);
        return withoutDangling(part) === part;
      });
  const parts = [restOfWord(line, context), ...ends]
    .map(end => line.slice(0, end))
    .filter(part => /[\p{L}\p{N}]/u.test(part));
  return parts.findLast(part => isLikely(tokens, part.length, context));
}

/** How much of a line ends the word before it, in UTF-16 units. */
const restOfWord = (line: string, { before }: CursorContext): number =>
  /[\p{L}\p{N}_]$/u.test(before) ? (/^[\p{L}\p{N}_]*/u.exec(line)?.[0].length ?? 0) : 0;

/** The tokens that a text begins in. */
const within = (tokens: readonly ScoredToken[], length: number): readonly ScoredToken[] =>
  tokens.filter((_, index) => (tokens[index - 1]?.end ?? 0) < length);
