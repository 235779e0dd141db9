/** Rankings as comparisons of two. */
import type { Comparison } from './bradleyTerry';

/** A ranking as comparisons, the first place being the best; equal texts are not compared. */
export const comparisonsOf = (places: readonly number[]): readonly Comparison[] =>
  places.flatMap((preferred, index) =>
    places
      .slice(index + 1)
      .flatMap(rejected => (rejected === preferred ? [] : [{ preferred, rejected }])),
  );

/** The number of pairs that were ranked both ways: one preferred to the other, and the other way round. */
export function contradictions(comparisons: readonly Comparison[]): number {
  const ways = new Set(comparisons.map(({ preferred, rejected }) => `${preferred} ${rejected}`));
  return [...ways].filter(pair => ways.has(pair.split(' ').reverse().join(' '))).length / 2;
}

/** The same list with one of it in another place. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}
