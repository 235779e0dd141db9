/** Log-probabilities and ranks from logits, by a fast exponential function. */
import { EngineError } from '../errors';

/** A token of the vocabulary with the natural logarithm of its probability. */
export interface RankedToken {
  readonly id: number;
  readonly logProbability: number;
}

/** Row `index` of logits [rows, V], without a copy. */
export const rowOf = (logits: Float32Array, index: number, vocabSize: number): Float32Array =>
  logits.subarray(index * vocabSize, (index + 1) * vocabSize);

/**
 * @param logits [V], unnormalised.
 * @throws EngineError `model-invalid` when a logit is infinite or no number: no sound parameters give that.
 */
export function largestLogit(logits: Float32Array): number {
  // Plain loops here and below: iterators took as long as the model.
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (!Number.isFinite(logit)) {
      throw new EngineError(
        'model-invalid',
        'The model gave a probability that is no number: its file is damaged. Reinstall the extension or the model.',
      );
    }
    largest = logit > largest ? logit : largest;
  }
  return largest;
}

/**
 * log of the sum of exp(logit): a logit less this is the log-probability.
 *
 * @throws as `largestLogit`.
 */
export function logSumOf(logits: Float32Array): number {
  const largest = largestLogit(logits);
  let sum = 0;
  for (let id = 0; id < logits.length; id++) {
    sum += expOfNegative(logits[id]! - largest);
  }
  return largest + Math.log(sum);
}

/**
 * The natural logarithms of the probabilities, as sums in double precision.
 *
 * @param logits [V], unnormalised; not changed.
 * @returns [V]; exp of it sums to 1 within 1e-9.
 * @throws as `largestLogit`.
 */
export function logSoftmax(logits: Float32Array): Float64Array {
  const logSum = logSumOf(logits);
  const size = logits.length;
  const logProbabilities = new Float64Array(size);
  for (let id = 0; id < size; id++) {
    logProbabilities[id] = logits[id]! - logSum;
  }
  return logProbabilities;
}

/** The rank of a token when all are sorted by their values, the largest first, then by their ids: 1 is the first. */
export function rankOf(values: Float32Array | Float64Array, id: number): number {
  const own = values[id]!;
  let rank = 1;
  for (let other = 0; other < values.length; other++) {
    const value = values[other]!;
    rank += value > own || (value === own && other < id) ? 1 : 0;
  }
  return rank;
}

/** The indices of the `count` largest values, the largest first; the lower of two equal ones first. */
export function largestIndices(values: Float32Array | Float64Array, count: number): number[] {
  if (count > 64) {
    const order = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
    return order.slice(0, count);
  }
  const kept: number[] = [];
  let least = -Infinity;
  for (let index = 0; index < values.length && count > 0; index++) {
    const value = values[index]!;
    if (kept.length === count) {
      if (value <= least) {
        continue;
      }
      kept.pop();
    }
    let place = kept.length;
    while (place > 0 && values[kept[place - 1]!]! < value) {
      place--;
    }
    kept.splice(place, 0, index);
    least = values[kept.at(-1)!]!;
  }
  return kept;
}

/** The `count` most probable tokens, best first; the lower id of two equal ones first. */
export const topTokens = (logProbabilities: Float64Array, count: number): RankedToken[] =>
  largestIndices(logProbabilities, count).map(id => ({
    id,
    logProbability: logProbabilities[id]!,
  }));

/** Steps per doubling: between two of them a polynomial of degree 5 is right to the last digits of a double. */
const steps = 64;
const perStep = steps / Math.LN2;
const fractions = Float64Array.from({ length: steps }, (_, index) => 2 ** (index / steps));
/** Smallest exponent at which a power of two is a normal number, and so is the result. */
const minExponent = -700;
const halvings = Float64Array.from({ length: 1024 }, (_, index) => 2 ** -index);

/**
 * e to the power of a number that is not above 0, within 1e-14 of its value.
 *
 * `Math.exp` takes three times as long, for a vocabulary of 50,000 tokens half a millisecond; a small model has
 * written a good part of a token by then.
 *
 * @see Tang, Table-driven implementation of the exponential function, ACM TOMS 15(2), 1989
 */
export function expOfNegative(x: number): number {
  if (!(x > minExponent)) {
    return Math.exp(x);
  }
  const step = (x * perStep - 0.5) | 0;
  const r = x - step / perStep;
  const polynomial = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
  return polynomial * fractions[step & (steps - 1)]! * halvings[-(step >> 6)]!;
}
