import type { Strategy } from '../../common/protocol/engine/generate';
import { filterTokens } from '../../common/math/sampling';
import { uniformNumbers } from './random';

export type Sampling = Extract<Strategy, { kind: 'sample' }>;

/** Chooses a token. @param logits [V]; not changed. @param seen the tokens that were read or written before. */
export type Choose = (logits: Float32Array, seen: readonly number[]) => number;

/** Draws tokens from what `filterTokens` leaves of the model's distribution. */
export function sampler(options: Sampling): Choose {
  const uniform = uniformNumbers(options.seed);
  return (logits, seen) => {
    const { probabilities } = filterTokens(logits, options, seen);
    let rest = uniform();
    let last = 0;
    for (let id = 0; id < probabilities.length; id++) {
      const probability = probabilities[id]!;
      if (probability > 0) {
        last = id;
        rest -= probability;
        if (rest < 0) {
          return id;
        }
      }
    }
    return last; // The sum was a rounding below 1.
  };
}
