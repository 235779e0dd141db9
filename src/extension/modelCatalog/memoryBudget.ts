/** The rule by which idle engines release their models. */
/** The memory of one engine: a page's, the host's, or that of completions. */
export interface MemoryUse<H> {
  readonly holder: H;
  /** The size of all its models. */
  readonly bytes: number;
  /** The time of its last use, by any clock. */
  readonly usedAt: number;
}

export const totalBytes = (holdings: readonly MemoryUse<unknown>[]): number =>
  holdings.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * Chooses the holders that must release their memory, longest idle first, until the sum is within the budget. The one
 * used last always keeps its memory, even if it exceeds the budget alone: the user has just asked for it.
 */
export function holdersOverBudget<H>(
  holdings: readonly MemoryUse<H>[],
  budget: number,
): readonly H[] {
  const byUse = holdings
    .filter(({ bytes }) => bytes > 0)
    .toSorted((one, other) => one.usedAt - other.usedAt);
  let sum = totalBytes(byUse);
  const chosen: H[] = [];
  for (const { holder, bytes } of byUse.slice(0, -1)) {
    if (sum <= budget) {
      break;
    }
    chosen.push(holder);
    sum -= bytes;
  }
  return chosen;
}
