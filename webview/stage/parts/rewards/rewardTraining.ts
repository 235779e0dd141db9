/** Trains a reward on rankings, and holds it against rankings that were left out. */
import {
  agreementOf,
  descend,
  lossOf,
  marginsOf,
  type Comparison,
  type Features,
} from './bradleyTerry';

/** How a reward is learned. */
export interface Recipe {
  /** The penalty is this by the number of texts. */
  readonly strength: number;
  readonly steps: number;
}

/** After a step. Losses are without the penalty, in nats for each comparison. */
export interface RewardProgress {
  readonly step: number;
  readonly loss: number;
  /** Of rankings that were left out, each by the reward that learned from the others; undefined of one ranking. */
  readonly heldOutLoss: number | undefined;
}

export interface Reward {
  readonly weights: Float64Array;
  /** Share of its own comparisons that it orders as the user did. */
  readonly agreement: number;
  /** The same of rankings that were left out. */
  readonly heldOutAgreement: number | undefined;
}

/**
 * Learns a reward from rankings, and beside it one without each of them, so that it can be held against a ranking that
 * it has not seen.
 *
 * @param rankings as comparisons; places are those of `features`.
 * @yields before the first step and after each.
 */
export function* trainReward(
  features: readonly Features[],
  rankings: readonly (readonly Comparison[])[],
  recipe: Recipe,
): Generator<RewardProgress, Reward> {
  const all = rankings.flat();
  const comparable = rankings.filter(ranking => ranking.length > 0);
  const learning = begin(features, all, recipe);
  const withoutOne = (comparable.length > 1 ? comparable : []).map(heldOut => ({
    heldOut,
    learning: begin(features, comparable.filter(ranking => ranking !== heldOut).flat(), recipe),
  }));
  const now = () => {
    const margins = marginsOf(learning.weights, features, all);
    const heldOut = withoutOne.flatMap(one =>
      marginsOf(one.learning.weights, features, one.heldOut),
    );
    return { margins, heldOut };
  };
  for (let step = 0; step <= recipe.steps; step++) {
    learning.next();
    withoutOne.forEach(one => one.learning.next());
    const { margins, heldOut } = now();
    yield {
      step,
      loss: lossOf(margins),
      heldOutLoss: heldOut.length > 0 ? lossOf(heldOut) : undefined,
    };
  }
  const { margins, heldOut } = now();
  return {
    weights: learning.weights,
    agreement: agreementOf(margins),
    heldOutAgreement: heldOut.length > 0 ? agreementOf(heldOut) : undefined,
  };
}

/** A descent that is asked for its next step. Texts that no comparison names do not count. */
function begin(
  features: readonly Features[],
  comparisons: readonly Comparison[],
  { strength, steps }: Recipe,
) {
  const texts = new Set(comparisons.flatMap(({ preferred, rejected }) => [preferred, rejected]));
  const descent = descend(features, comparisons, strength / Math.max(1, texts.size), steps);
  let weights: Float64Array = new Float64Array();
  return {
    get weights() {
      return weights;
    },
    next: () => {
      weights = descent.next().value ?? weights;
    },
  };
}
