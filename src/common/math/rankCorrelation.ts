/** How far two orders of the same things agree. */

export interface RankAgreement {
  /** Kendall's tau-b: 1 where both orders are the same, -1 where one is the other reversed, 0 by chance. */
  readonly tau: number;
  /** Share of the pairs that both orders tell apart, and order alike, 0 to 1. */
  readonly alike: number;
}

/**
 * Compares two lists of values by the orders that they put the same things into.
 *
 * @param a and `b` are equally long.
 * @returns undefined where one of them puts nothing before anything else: then there is no order to compare.
 * @see Kendall, "The Treatment of Ties in Ranking Problems", Biometrika 33 (1945); used of attention and effects by
 *   Jain and Wallace, arXiv:1902.10186, section 4.1.
 */
export function rankAgreement(
  a: readonly number[],
  b: readonly number[],
): RankAgreement | undefined {
  let [alike, unlike, differentInA, differentInB] = [0, 0, 0, 0];
  for (let first = 0; first < a.length; first++) {
    for (let second = first + 1; second < a.length; second++) {
      const ofA = Math.sign(a[first]! - a[second]!);
      const ofB = Math.sign(b[first]! - b[second]!);
      differentInA += Math.abs(ofA);
      differentInB += Math.abs(ofB);
      alike += Number(ofA * ofB > 0);
      unlike += Number(ofA * ofB < 0);
    }
  }
  return differentInA === 0 || differentInB === 0 || alike + unlike === 0
    ? undefined
    : {
        tau: (alike - unlike) / Math.sqrt(differentInA * differentInB),
        alike: alike / (alike + unlike),
      };
}
