/** What choosing the best of n answers costs and brings. */
/**
 * How far the best of n answers is from the model that wrote them all, in nats: KL = log n - (n - 1) / n. No more than
 * that, and nearly that where answers hardly ever come twice.
 *
 * @see Beirami et al., arXiv:2401.01879: an upper bound
 */
export const klOfBestOf = (n: number): number => Math.log(n) - (n - 1) / n;

/**
 * What the best of n is worth, as the mean over all ways to take n of the answers that there are.
 *
 * @param scores by which the best is chosen; of two alike the first.
 * @param values what it is worth, one for each of `scores`.
 * @param n 1 to the number of answers.
 */
export function meanOfBestOf(
  n: number,
  scores: readonly number[],
  values: readonly number[],
): number {
  const order = scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const total = order.length;
  // The one of rank r is chosen where it is taken and none of the r before it: C(total - 1 - r, n - 1) / C(total, n).
  let share = n / total;
  let sum = 0;
  for (const [rank, index] of order.entries()) {
    sum += share * values[index]!;
    const left = total - 1 - rank;
    share = left > 0 ? (share * (left - (n - 1))) / left : 0;
  }
  return sum;
}
