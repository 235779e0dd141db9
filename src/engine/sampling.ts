import type { Strategy } from '../shared/engineApi';
import { largestIndices, logSoftmax } from './logits';
import { uniformNumbers } from './random';

export type Sampling = Extract<Strategy, { kind: 'sample' }>;

/** Chooses a token. @param logits [V]; not changed. @param seen the tokens that were read or written before. */
export type Choose = (logits: Float32Array, seen: readonly number[]) => number;

/**
 * Draws tokens from the model's distribution after repetition penalty, temperature, top-k and top-p, in that order.
 *
 * @see Keskar et al., CTRL, arXiv:1909.05858, section 4.1 (repetition penalty; negative logits are multiplied, as a
 *   division would make them more probable), Fan et al., arXiv:1805.04833 (top-k), Holtzman et al.,
 *   arXiv:1904.09751 (top-p).
 */
export function sampler(options: Sampling): Choose {
  const uniform = uniformNumbers(options.seed);
  return (logits, seen) => {
    const { ids, probabilities } = nucleus(penalized(logits, seen, options), options);
    // What is left has not the sum 1: the number is drawn from as much as there is.
    const mass = probabilities.reduce((sum, probability) => sum + probability, 0);
    let rest = uniform() * mass;
    const chosen = probabilities.findIndex(probability => (rest -= probability) < 0);
    return ids[chosen < 0 ? ids.length - 1 : chosen]!;
  };
}

/** Logits [V] as the sampler sees them: repeated tokens made less probable, all divided by the temperature. */
function penalized(
  logits: Float32Array,
  seen: readonly number[],
  { temperature, repetitionPenalty = 1 }: Sampling,
): Float32Array {
  const changed = Float32Array.from(logits);
  if (repetitionPenalty !== 1) {
    for (const id of new Set(seen)) {
      const logit = changed[id] ?? 0;
      changed[id] = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
    }
  }
  // From the largest on, so that the division by a small temperature cannot overflow upwards.
  const largest = changed.reduce((most, logit) => Math.max(most, logit), -Infinity);
  return changed.map(logit => Math.max((logit - largest) / temperature, lowest));
}
/** exp of it is 0 in double precision, and it is finite. */
const lowest = -1e4;

/** The tokens that top-k and top-p leave, with their probabilities before the cut. Top-p counts what top-k left as the whole. */
function nucleus(logits: Float32Array, { topK, topP = 1 }: Sampling) {
  const all = logSoftmax(logits).map(Math.exp);
  let ids = topK === undefined ? mostProbable(all, topP) : largestIndices(all, topK);
  if (topP < 1) {
    ids = ids.slice(0, countUpTo(ids, all, topP * (topK === undefined ? 1 : massOf(ids, all))));
  }
  return { ids, probabilities: ids.map(id => all[id]!) };
}

/** The best tokens first, enough of them to have the mass; a nucleus is small as a rule. */
function mostProbable(all: Float64Array, mass: number): number[] {
  if (mass === 1) {
    return [...all.keys()]; // Nothing is cut, so there is nothing to rank.
  }
  const few = largestIndices(all, 64);
  return massOf(few, all) >= mass ? few : largestIndices(all, all.length);
}

const massOf = (ids: readonly number[], all: Float64Array) =>
  ids.reduce((sum, id) => sum + all[id]!, 0);

/** How many tokens from the front it takes to have the mass; at least one. */
function countUpTo(ids: readonly number[], all: Float64Array, mass: number): number {
  let sum = 0;
  const last = ids.findIndex(id => (sum += all[id]!) >= mass);
  return last < 0 ? ids.length : last + 1;
}
