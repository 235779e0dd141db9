/** Draws tokens at random, the same ones for the same seed. */

import type { Strategy } from '../../common/protocol/engine/generate';
import { filterTokens } from '../../common/math/sampling';

export type Sampling = Extract<Strategy, { kind: 'sample' }>;

/** Chooses a token. @param logits [V]; not changed. @param seen the tokens that were read or chosen before. */
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

/**
 * Uniform numbers in [0, 1), the same for the same seed on every machine.
 *
 * xoshiro128**, because it passes the known statistical tests and needs 32-bit integers only; its state is drawn
 * from the seed by a multiplicative hash, so that neighbouring seeds have nothing in common.
 *
 * @param seed an integer.
 * @see Blackman & Vigna, Scrambled Linear Pseudorandom Number Generators, arXiv:1805.01407, section 5
 */
export function uniformNumbers(seed: number): () => number {
  const draw = xoshiro128(mixed(seed));
  return () => draw() / 2 ** 32;
}

/** Four 32-bit words of state, not all 0 -> unsigned 32-bit integers. */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return result;
  };
}

const rotated = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));

/** Four words in which every bit depends on every bit of the seed's low and high 32. */
function mixed(seed: number): readonly [number, number, number, number] {
  let sum = hashed(seed >>> 0) ^ hashed(Math.floor(seed / 2 ** 32) + 0x5851f42d);
  const next = () => {
    sum = (sum + 0x9e3779b9) | 0; // 2^32 divided by the golden ratio.
    return hashed(sum);
  };
  return [next(), next(), next(), next() | 1];
}

/** A permutation of 32-bit integers: multiplications by odd numbers, and shifts that bring high bits down. */
function hashed(word: number): number {
  let mixedWord = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixedWord = Math.imul(mixedWord ^ (mixedWord >>> 13), 0xc2b2ae35);
  return mixedWord ^ (mixedWord >>> 16);
}
