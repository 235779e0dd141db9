import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeOf, lossOf, optimumOf } from '../../../../webview/stage/parts/scale/scalingLaw';
import {
  accuracy,
  meanFeatures,
  probability,
  randomFeatures,
  train,
  type Sample,
} from '../../../../webview/stage/parts/fewLabels/classifier';
import { sinusoids } from '../../../../webview/stage/parts/positions/sinusoids';
import { cosine } from '../../../../webview/stage/math/vectors';

describe('the loss of Chinchilla', () => {
  test('has for GPT-3 and Chinchilla what the formula gives by hand', () => {
    // 1.69 + 406.4 / N^0.34 + 410.7 / D^0.28
    expect(lossOf(175e9, 300e9)).toBeCloseTo(2.0023, 3);
    expect(lossOf(70e9, 1.4e12)).toBeCloseTo(1.9365, 3);
  });

  test('is nowhere less for the same compute than at the optimum', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 15, max: 27, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (power, off) => {
          const compute = 10 ** power;
          const { parameters, tokens } = optimumOf(compute);
          expect(computeOf(parameters, tokens) / compute).toBeCloseTo(1, 6);
          const other = parameters * 10 ** off;
          expect(lossOf(other, compute / 6 / other)).toBeGreaterThanOrEqual(
            lossOf(parameters, tokens) - 1e-12,
          );
        },
      ),
    );
  });
});

describe('sinusoids', () => {
  test('are sine and cosine of the place, the slower the farther', () => {
    const values = sinusoids(3, 4);
    expect(values[0]).toBeCloseTo(Math.sin(3), 6);
    expect(values[1]).toBeCloseTo(Math.cos(3), 6);
    expect(values[2]).toBeCloseTo(Math.sin(0.03), 6);
    expect(values[3]).toBeCloseTo(Math.cos(0.03), 6);
  });

  test('tell places apart by their distance alone', () => {
    const at = (place: number) => sinusoids(place, 64);
    expect(cosine(at(5), at(5))).toBeCloseTo(1, 6);
    expect(cosine(at(2), at(9))).toBeCloseTo(cosine(at(20), at(27)), 5);
  });
});

describe('a head', () => {
  const samples: readonly Sample[] = [
    { features: Float32Array.of(1, 0), label: 1 },
    { features: Float32Array.of(0.9, 0.1), label: 1 },
    { features: Float32Array.of(-1, 0), label: 0 },
    { features: Float32Array.of(-0.8, 0.2), label: 0 },
  ];

  test('learns what can be told apart, with a loss that falls', () => {
    const training = train(samples, samples, 100);
    const losses: number[] = [];
    let next = training.next();
    while (!next.done) {
      losses.push(next.value.loss);
      next = training.next();
    }
    expect(losses).toHaveLength(100);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 5);
    expect(accuracy(next.value, samples)).toBe(1);
    expect(probability(next.value, Float32Array.of(1, 0))).toBeGreaterThan(0.9);
  });

  test('stands on features of length 1, of the last layer alone', () => {
    // Two layers of two tokens of two numbers; only the last layer counts.
    const values = Float32Array.of(9, 9, 9, 9, 3, 0, 0, 4);
    expect([...meanFeatures(values, 2, 2)]).toEqual([0.6000000238418579, 0.800000011920929]);
    expect([...meanFeatures(new Float32Array(4), 2, 2)]).toEqual([0, 0]);
  });

  test('has random features that depend on the words alone, and on each of them', () => {
    expect(randomFeatures([1, 2, 3], 8)).toEqual(randomFeatures([1, 2, 3], 8));
    expect(randomFeatures([1, 2, 3], 8)).not.toEqual(randomFeatures([1, 2, 4], 8));
    expect(Math.hypot(...randomFeatures([5], 64))).toBeCloseTo(1, 5);
  });
});
