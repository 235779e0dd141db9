/** How strongly a weight is shown, in a picture of a page and on a document alike. */

/** How a weight becomes a strength. The square root lets small weights be seen. */
export type Scale = 'sqrt' | 'linear';

/**
 * The strength of a weight.
 *
 * @param weight 0 to `top`; more counts as `top`.
 * @param top the weight that is shown in full; where it is 0, nothing is.
 * @returns 0 to 1.
 */
export function strengthOf(weight: number, top: number, scale: Scale): number {
  if (top <= 0) {
    return 0;
  }
  const share = Math.min(1, Math.max(0, weight / top));
  return scale === 'sqrt' ? Math.sqrt(share) : share;
}

/** The weight of a strength: the inverse of {@link strengthOf}. */
export const weightAt = (strength: number, top: number, scale: Scale): number =>
  top * (scale === 'sqrt' ? strength * strength : strength);
