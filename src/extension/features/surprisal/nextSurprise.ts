/** Finds the next surprise from the caret on, as F8 finds the next problem. */
import { rulerStep, stepStarts } from './scoredTokens';

/** The bits from which a token is a stop: what the overview ruler shows. */
export const surpriseBits = stepStarts[rulerStep - 1]!;

/**
 * Finds the next place after an offset, or the one before it; behind the last comes the first.
 *
 * @param places in ascending order.
 * @returns undefined if there is none.
 */
export function nextPlace(
  places: readonly number[],
  offset: number,
  direction: 1 | -1,
): number | undefined {
  return direction > 0
    ? (places.find(place => place > offset) ?? places[0])
    : (places.findLast(place => place < offset) ?? places.at(-1));
}
