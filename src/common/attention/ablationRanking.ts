/** The order of ablations by what they change. */

import type { AblationEffect } from '../protocol/engine/ablate';

/** What effects are compared by. */
export type EffectMeasure = 'klDivergence' | 'logProbabilityChange' | 'contrastChange';

/**
 * Sorts effects, the largest first, whatever its sign; of equal ones the earlier first.
 *
 * @param by of an effect without this measure it is 0.
 */
export const rankEffects = (
  effects: readonly AblationEffect[],
  by: EffectMeasure,
): readonly AblationEffect[] =>
  effects.toSorted((a, b) => Math.abs(b[by] ?? 0) - Math.abs(a[by] ?? 0));
