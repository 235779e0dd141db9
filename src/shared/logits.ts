import { EngineError } from '../shared/errors';

/** A token of the vocabulary with the natural logarithm of its probability. */
export interface RankedToken {
  readonly id: number;
  readonly logProbability: number;
}

/** Row `index` of logits [rows, V], without a copy. */
export const rowOf = (logits: Float32Array, index: number, vocabSize: number): Float32Array =>
  logits.subarray(index * vocabSize, (index + 1) * vocabSize);

/**
 * The natural logarithms of the probabilities, as sums in double precision.
 *
 * @param logits [V], unnormalised; not changed.
 * @returns [V]; exp of it sums to 1 within 1e-9.
 * @throws EngineError `model-invalid` when a logit is infinite or no number: no sound parameters give that.
 */
export function logSoftmax(logits: Float32Array): Float64Array {
  // Plain loops: this is done for each hypothesis at each step, and iterators took as long as the model.
  const size = logits.length;
  let largest = -Infinity;
  for (let id = 0; id < size; id++) {
    const logit = logits[id]!;
    if (!Number.isFinite(logit)) {
      throw new EngineError(
        'model-invalid',
        'The model gave a probability that is no number: its file is damaged. Reinstall the extension or the model.',
      );
    }
    largest = logit > largest ? logit : largest;
  }
  let sum = 0;
  for (let id = 0; id < size; id++) {
    sum += Math.exp(logits[id]! - largest);
  }
  const logSum = largest + Math.log(sum);
  const logProbabilities = new Float64Array(size);
  for (let id = 0; id < size; id++) {
    logProbabilities[id] = logits[id]! - logSum;
  }
  return logProbabilities;
}

/** The indices of the `count` largest values, the largest first; of equal ones the lower index first. */
export function largestIndices(values: Float64Array, count: number): number[] {
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

/** The `count` most probable tokens, the best first; of equal ones the lower id first. */
export const topTokens = (logProbabilities: Float64Array, count: number): RankedToken[] =>
  largestIndices(logProbabilities, count).map(id => ({
    id,
    logProbability: logProbabilities[id]!,
  }));
