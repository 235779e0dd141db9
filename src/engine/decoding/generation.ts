import type { Generation } from '../../common/protocol/engine/generate';
import type { Token } from '../../common/protocol/engine/types';
import { candidatesOf } from './candidates';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { Written } from './sequences';

/** The parts of a `Generation` that follow from what a search has written. */
export type WrittenText = Pick<
  Generation,
  | 'target'
  | 'text'
  | 'logProbabilities'
  | 'logAllowed'
  | 'logProbability'
  | 'finish'
  | 'hypotheses'
  | 'candidates'
>;

/**
 * Reads hypotheses as text. Where one of `stop` was written, the text ends before it, and tokens beyond that are no
 * part of it.
 *
 * @param written the best first, at least one.
 * @param from where in a text the stops are looked for, in UTF-16 units.
 */
export function asWrittenText(
  tokenizer: Tokenizer,
  written: readonly Written[],
  stop: readonly string[],
  from = 0,
): WrittenText {
  const [best, ...others] = written.map(each => cutAtStop(tokenizer, each, stop, from));
  if (!best) {
    throw new Error('A search gives at least one hypothesis.');
  }
  return {
    ...best,
    hypotheses: [best, ...others].map(({ text, logProbability }) => ({ text, logProbability })),
  };
}

function cutAtStop(
  tokenizer: Tokenizer,
  { tokens: ids, logProbabilities, logAllowed, candidates, finish }: Written,
  stop: readonly string[],
  from: number,
): Omit<WrittenText, 'hypotheses'> {
  const decoded = tokenizer.decode(ids);
  const stopped = stopIndex(decoded.text.slice(from), stop);
  const end = stopped === undefined ? decoded.text.length : from + stopped;
  const isCut = end < decoded.text.length;
  const target = decoded.tokens
    .filter(({ start }) => !isCut || start < end)
    .map((token): Token => ({ ...token, end: Math.min(token.end, end) }));
  const kept = logProbabilities.slice(0, target.length);
  return {
    target,
    text: decoded.text.slice(0, end),
    logProbabilities: kept,
    ...(logAllowed && { logAllowed: logAllowed.slice(0, target.length) }),
    logProbability: kept.reduce((sum, each) => sum + each, 0),
    finish,
    candidates: candidates.slice(0, target.length).map(row => candidatesOf(tokenizer, row)),
  };
}

/** Where the first of the stopping texts begins. */
export function stopIndex(text: string, stop: readonly string[]): number | undefined {
  const found = stop.map(each => text.indexOf(each)).filter(index => index >= 0);
  return found.length > 0 ? Math.min(...found) : undefined;
}
