/** How probable a text is to the model that wrote it, and how much of it is probable enough to be shown. */
import { clauseEnds, wholeEnds, withoutDanglingCode } from './endings';
import type { CursorContext } from './cursorContext';

/**
 * A generated token: where it ends in the text, in UTF-16 units, and its log-probability, in nats. For a token of a
 * word that was half typed, that is its probability among the tokens that agree with what was typed.
 */
export interface ScoredToken {
  readonly end: number;
  readonly logProbability: number;
}

/**
 * The smallest log-probabilities that are shown, in nats per token: of the mean of the tokens, and of each token alone.
 * Prose may be less probable than code, because many words can follow there. The values were chosen on the deciding
 * half of the positions of `completion-quality`, and its results are reported on the other half.
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

/** Whether the first `length` units of a text are probable enough to be shown. */
function isLikely(
  tokens: readonly ScoredToken[],
  length: number,
  { isProse }: Pick<CursorContext, 'isProse'>,
): boolean {
  const min = isProse ? minScores.prose : minScores.code;
  return (
    scoreOf(tokens, length) >= min.mean &&
    within(tokens, length).every(({ logProbability }) => logProbability >= min.token)
  );
}

/**
 * The part of a text that the model is sure of: the longest beginning that is probable enough to be shown, at least
 * the end of the word before the caret. A part of code ends in the first line, a part of prose in its sentence.
 *
 * @returns the whole text if all of it is probable enough, and undefined if no part of it is.
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
        return withoutDanglingCode(part) === part;
      });
  const parts = [restOfWord(line, context), ...ends]
    .map(end => line.slice(0, end))
    .filter(part => /[\p{L}\p{N}]/u.test(part));
  return parts.findLast(part => isLikely(tokens, part.length, context));
}

/** The length of the end of the word before the caret, in UTF-16 units. */
const restOfWord = (line: string, { before }: CursorContext): number =>
  /[\p{L}\p{N}_]$/u.test(before) ? (/^[\p{L}\p{N}_]*/u.exec(line)?.[0].length ?? 0) : 0;

/** The tokens that begin in the first `length` units of a text. */
const within = (tokens: readonly ScoredToken[], length: number): readonly ScoredToken[] =>
  tokens.filter((_, index) => (tokens[index - 1]?.end ?? 0) < length);
