/** What one engine holds: a page's, the host's, or that of completions. */
export interface Holding<H> {
  readonly holder: H;
  /** Of all its models. */
  readonly bytes: number;
  /** Of its last use, in ms of any clock. */
  readonly usedAt: number;
}

export const sumOf = (holdings: readonly Holding<unknown>[]): number =>
  holdings.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * Who shall give its memory back, longest idle first, until the sum keeps to the budget. The one used last keeps what
 * it has, were it alone more than the budget: it is what the person has just asked for.
 */
export function overBudget<H>(holdings: readonly Holding<H>[], budget: number): readonly H[] {
  const byUse = holdings
    .filter(({ bytes }) => bytes > 0)
    .toSorted((one, other) => one.usedAt - other.usedAt);
  let sum = sumOf(byUse);
  const giving: H[] = [];
  for (const { holder, bytes } of byUse.slice(0, -1)) {
    if (sum <= budget) {
      break;
    }
    giving.push(holder);
    sum -= bytes;
  }
  return giving;
}
