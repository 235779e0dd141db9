/** Filters of a distribution before a token is drawn from it. */
import * as v from 'valibot';
import { checkArguments } from '../validate';
import { expOfNegative, largestIndices, largestLogit, rankOf } from './logits';

/** How the model's distribution is bent and cut before a token is drawn from it. */
export interface SamplingSettings {
  /** Above 0; 1 is the model's own distribution, less is bolder on what is probable. */
  readonly temperature: number;
  /** Only so many of the most probable tokens. @see Fan et al., arXiv:1805.04833, section 5 */
  readonly topK?: number | undefined;
  /** Only the most probable tokens that have this much of the probability together, in (0, 1]. @see Holtzman et al., arXiv:1904.09751, section 3.1 */
  readonly topP?: number | undefined;
  /** Only tokens that have at least this share of the probability of the most probable one, in [0, 1]; 0 is none. @see Nguyen et al., arXiv:2407.01082, section 3.2 */
  readonly minP?: number | undefined;
  /** At least 1, which is none: tokens that were read or written before become less probable. @see Keskar et al., arXiv:1909.05858, section 4.1 */
  readonly repetitionPenalty?: number | undefined;
}

/** In the order in which they cut. */
export const filterNames = ['top-k', 'top-p', 'min-p'] as const;
export type FilterName = (typeof filterNames)[number];

/** A distribution as it is drawn from. */
export interface FilteredTokens {
  /** [V]: 0 for what was cut; the rest has the sum 1. */
  readonly probabilities: Float64Array;
  /** How many tokens are left, at least one. */
  readonly kept: number;
  /** How many tokens each filter cut that were there before it. */
  readonly cut: Readonly<Record<FilterName, number>>;
  /** The filter that cut a token; undefined for one that is left. */
  cutBy(id: number): FilterName | undefined;
}

const number = v.number('must be a number');
const finite = v.finite('must be a number');

/** What each setting may be; the messages follow its name. */
export const samplingLimits = {
  temperature: v.pipe(number, finite, v.gtValue(0, 'must be above 0')),
  topK: v.optional(
    v.pipe(number, v.integer('must be a whole number'), v.minValue(1, 'must be at least 1')),
  ),
  topP: v.optional(
    v.pipe(number, v.gtValue(0, 'must be above 0'), v.maxValue(1, 'must be at most 1')),
  ),
  minP: v.optional(
    v.pipe(number, v.minValue(0, 'must be at least 0'), v.maxValue(1, 'must be at most 1')),
  ),
  repetitionPenalty: v.optional(v.pipe(number, finite, v.minValue(1, 'must be at least 1'))),
};
const settingsSchema = v.object(samplingLimits);

/**
 * Bends and cuts a distribution: repetition penalty, temperature, top-k, top-p, min-p, in that order. Each filter
 * counts what the one before it left as the whole. No model is run: a page may call it while a control moves.
 *
 * @param logits [V], the model's; not changed.
 * @param seen tokens that were read or written before; negative logits are multiplied by the penalty, as a division
 *   would make them more probable.
 * @throws EngineError `input-invalid`, which names the setting that is out of range; `model-invalid` for logits that
 *   are no numbers.
 */
export function filterTokens(
  logits: Float32Array,
  settings: SamplingSettings,
  seen: readonly number[] = [],
): FilteredTokens {
  checkArguments(settingsSchema, settings);
  const bent = bentProbabilities(logits, settings, seen);
  const size = bent.length;
  const { topK = size, topP = 1, minP = 0 } = settings;
  // What a filter leaves is always a beginning of the ranking, so each is a count.
  const ranked = new RankedProbabilities(bent);
  const afterTopK = Math.min(topK, size);
  const afterTopP = topP < 1 ? ranked.countOfMass(afterTopK, topP) : afterTopK;
  const afterMinP = minP > 0 ? ranked.countAbove(afterTopP, minP) : afterTopP;
  const counts = { 'top-k': afterTopK, 'top-p': afterTopP, 'min-p': afterMinP };
  return {
    probabilities: ranked.first(afterMinP),
    kept: afterMinP,
    cut: {
      'top-k': size - afterTopK,
      'top-p': afterTopK - afterTopP,
      'min-p': afterTopP - afterMinP,
    },
    cutBy: id => filterNames.find(name => !ranked.isAmong(id, counts[name])),
  };
}

/** Repeated tokens made less probable, all divided by the temperature; [V] with the sum 1. */
function bentProbabilities(
  logits: Float32Array,
  { temperature, repetitionPenalty = 1 }: SamplingSettings,
  seen: readonly number[],
): Float64Array {
  const size = logits.length;
  const bent = repetitionPenalty === 1 ? logits : logits.slice();
  if (repetitionPenalty !== 1) {
    for (const id of new Set(seen)) {
      const logit = bent[id];
      if (logit !== undefined) {
        bent[id] = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
      }
    }
  }
  // From the largest on, so that the division by a small temperature cannot overflow upwards.
  const largest = largestLogit(bent);
  const probabilities = new Float64Array(size);
  let sum = 0;
  for (let id = 0; id < size; id++) {
    sum += probabilities[id] = expOfNegative((bent[id]! - largest) / temperature);
  }
  for (let id = 0; id < size; id++) {
    probabilities[id]! /= sum;
  }
  return probabilities;
}

/** How many are ranked at first: a nucleus is small as a rule, and to sort a vocabulary takes milliseconds. */
const few = 64;

/** Probabilities by rank, the best first, of equal ones the lower id; sorted no further than is asked for. */
class RankedProbabilities {
  readonly #all: Float64Array;
  /** The best, descending. */
  #best: Float64Array;

  constructor(all: Float64Array) {
    this.#all = all;
    this.#best = Float64Array.from(largestIndices(all, few), id => all[id]!);
  }

  /** How many of the best `count` it takes to have a share of their mass; at least one. */
  countOfMass(count: number, share: number): number {
    const mass = share * (count < this.#all.length ? this.#massOf(count) : 1);
    let sum = 0;
    for (let index = 0; index < count; index++) {
      sum += this.#at(index);
      if (sum >= mass) {
        return index + 1;
      }
    }
    return count;
  }

  /** How many of the best `count` have at least a share of the probability of the first. */
  countAbove(count: number, share: number): number {
    const least = share * this.#at(0);
    let index = 1;
    while (index < count && this.#at(index) >= least) {
      index++;
    }
    return index;
  }

  /** Whether a token is one of the best `count`. */
  isAmong(id: number, count: number): boolean {
    if (count >= this.#all.length) {
      return true;
    }
    const least = this.#at(count - 1);
    const own = this.#all[id]!;
    return own === least ? rankOf(this.#all, id) <= count : own > least;
  }

  /** [V]: those of the best `count` with the sum 1, 0 for all others. */
  first(count: number): Float64Array {
    if (count >= this.#all.length) {
      return this.#all;
    }
    const least = this.#at(count - 1);
    const mass = this.#massOf(count);
    let ties = count;
    for (let id = 0; id < this.#all.length; id++) {
      ties -= this.#all[id]! > least ? 1 : 0;
    }
    const kept = new Float64Array(this.#all.length);
    for (let id = 0; id < kept.length; id++) {
      const own = this.#all[id]!;
      if (own > least || (own === least && ties-- > 0)) {
        kept[id] = own / mass;
      }
    }
    return kept;
  }

  #massOf(count: number): number {
    let sum = 0;
    for (let index = 0; index < count; index++) {
      sum += this.#at(index);
    }
    return sum;
  }

  #at(index: number): number {
    // Most of a vocabulary is next to impossible: to sort the rest first takes a tenth of the time.
    for (const share of [1, 0.01, 0]) {
      if (index >= this.#best.length) {
        this.#best = atLeast(this.#all, share / this.#all.length)
          .sort()
          .reverse();
      }
    }
    return this.#best[index]!;
  }
}

/** The values that are not below `least`, as they come. */
function atLeast(values: Float64Array, least: number): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value >= least) {
      kept[count++] = value;
    }
  }
  return kept.subarray(0, count);
}
