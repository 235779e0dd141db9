import type { Comparison } from './bradleyTerry';

/** A ranking as the comparisons that it tells, the first place being the best; equal texts are told apart by none. */
export const comparisonsOf = (places: readonly number[]): readonly Comparison[] =>
  places.flatMap((preferred, index) =>
    places
      .slice(index + 1)
      .flatMap(rejected => (rejected === preferred ? [] : [{ preferred, rejected }])),
  );

/** How many pairs are told both ways: which of two is preferred, and the other way round. */
export function contradictions(comparisons: readonly Comparison[]): number {
  const told = new Set(comparisons.map(({ preferred, rejected }) => `${preferred} ${rejected}`));
  return [...told].filter(pair => told.has(pair.split(' ').reverse().join(' '))).length / 2;
}

/** The same list with one of it in another place. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}
