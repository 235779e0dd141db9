/** The Bradley-Terry model: a linear reward, and how it learns from comparisons. */
import { mean } from '../../math/vectors';

/** Which of two texts was preferred, by their places in a list of features. */
export interface Comparison {
  readonly preferred: number;
  readonly rejected: number;
}

/** What a text is to a reward: as many numbers as the reward has weights. */
export type Features = Float64Array;

/** One number for a text. It has no zero of its own: only differences count. */
export function rewardOf(weights: Float64Array, features: Features): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    sum += weights[index]! * features[index]!;
  }
  return sum;
}

/** For each comparison, by how much the preferred text has the larger reward. */
export function marginsOf(
  weights: Float64Array,
  features: readonly Features[],
  comparisons: readonly Comparison[],
): readonly number[] {
  const rewards = features.map(each => rewardOf(weights, each));
  return comparisons.map(({ preferred, rejected }) => rewards[preferred]! - rewards[rejected]!);
}

/** Mean of -log P over the comparisons, P = sigmoid(margin), in nats. 0 of none. */
export const lossOf = (margins: readonly number[]): number =>
  mean(margins.map(margin => Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))));

/** Share of comparisons in which the preferred text has the larger reward; equal ones are half right. */
export const agreementOf = (margins: readonly number[]): number =>
  mean(margins.map(margin => (margin > 0 ? 1 : margin === 0 ? 0.5 : 0)));

/**
 * Learns a linear reward from comparisons: gradient descent with Nesterov's momentum from zero, on all comparisons at
 * once, with a step that needs no search. The same as `training/reward/bradley_terry.py`, to the digit.
 *
 * @param l2 the penalty is l2 / 2 times the squared length of the weights.
 * @yields weights before the first step and after each.
 * @see Bradley and Terry 1952; Ouyang et al., arXiv:2203.02155, equation 1
 * @see Nesterov 2004, "Introductory Lectures on Convex Optimization", scheme 2.2.22
 */
export function* descend(
  features: readonly Features[],
  comparisons: readonly Comparison[],
  l2: number,
  steps: number,
): Generator<Float64Array, void> {
  const size = features[0]?.length ?? 0;
  const curvature = curvatureOf(features, comparisons, l2);
  const ratio = Math.sqrt(l2 / curvature);
  const momentum = (1 - ratio) / (1 + ratio);
  let weights = new Float64Array(size);
  let ahead = weights;
  yield weights;
  for (let step = 0; step < steps; step++) {
    const before = weights;
    const gradient = gradientOf(ahead, features, comparisons, l2);
    weights = ahead.map((value, index) => value - gradient[index]! / curvature);
    ahead = weights.map((value, index) => value + momentum * (value - before[index]!));
    yield weights;
  }
}

function gradientOf(
  weights: Float64Array,
  features: readonly Features[],
  comparisons: readonly Comparison[],
  l2: number,
): Float64Array {
  const ofTexts = new Float64Array(features.length);
  const margins = marginsOf(weights, features, comparisons);
  for (const [index, { preferred, rejected }] of comparisons.entries()) {
    const surprise = (1 - Math.tanh(margins[index]! / 2)) / 2 / comparisons.length; // 1 - P; overflows nowhere.
    ofTexts[preferred]! -= surprise;
    ofTexts[rejected]! += surprise;
  }
  const gradient = weights.map(weight => l2 * weight);
  for (const [text, each] of features.entries()) {
    for (let index = 0; index < gradient.length; index++) {
      gradient[index]! += ofTexts[text]! * each[index]!;
    }
  }
  return gradient;
}

/** No smaller than the largest eigenvalue of the loss's Hessian: a sigmoid's derivative is at most 1/4. */
function curvatureOf(
  features: readonly Features[],
  comparisons: readonly Comparison[],
  l2: number,
): number {
  const lengths = comparisons.map(({ preferred, rejected }) =>
    features[preferred]!.reduce(
      (sum, value, index) => sum + (value - features[rejected]![index]!) ** 2,
      0,
    ),
  );
  return mean(lengths) / 4 + l2;
}

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
