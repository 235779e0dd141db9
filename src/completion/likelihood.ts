import { clauseEnds, wholeEnds } from './ending';
import type { Place } from './place';

/**
 * A token as it was written: where it ends in the text, in UTF-16 units, and how probable it was, in nats. Of a word
 * that was half typed it counts how probable it was among those that begin so.
 */
export interface WrittenToken {
  readonly end: number;
  readonly logProbability: number;
}

/**
 * What is less probable than this is not shown, in nats a token: of code, and of prose, in which many words can
 * follow. Chosen on the half of the positions of `completion-quality` that decides, reported on the other.
 */
const minScore = { code: -0.57, prose: -0.9 };

export const minScoreOf = ({ isProse }: Place): number =>
  isProse ? minScore.prose : minScore.code;

/**
 * The mean log-probability of the tokens of a text, in nats: its length-normalised score.
 *
 * @param length of the text, in UTF-16 units.
 */
export function scoreOf(tokens: readonly WrittenToken[], length: number): number {
  const own = tokens.filter((_, index) => (tokens[index - 1]?.end ?? 0) < length);
  const sum = own.reduce((total, { logProbability }) => total + logProbability, 0);
  return own.length > 0 ? sum / own.length : 0;
}

/**
 * A text up to where the model is no longer sure of it: the longest beginning of it that is probable enough to be
 * shown, at least the end of the word before the caret. Of code that is a part of its first line, of prose of its
 * sentence.
 *
 * @returns the whole text where all of it is probable enough, or where no part of it is.
 */
export function likelyPart(text: string, tokens: readonly WrittenToken[], place: Place): string {
  const floor = minScoreOf(place);
  if (scoreOf(tokens, text.length) >= floor) {
    return text;
  }
  const [line = ''] = text.split('\n');
  const ends = place.isProse ? clauseEnds(line) : wholeEnds(line, place);
  const parts = [restOfWord(line, place), ...ends]
    .map(end => line.slice(0, end))
    .filter(part => /[\p{L}\p{N}]/u.test(part));
  return parts.findLast(part => scoreOf(tokens, part.length) >= floor) ?? text;
}

/** How much of a line ends the word before it, in UTF-16 units. */
const restOfWord = (line: string, { before }: Place): number =>
  /[\p{L}\p{N}_]$/u.test(before) ? (/^[\p{L}\p{N}_]*/u.exec(line)?.[0].length ?? 0) : 0;
