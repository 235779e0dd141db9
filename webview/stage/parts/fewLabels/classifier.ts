/** A linear classifier of texts, trained by gradient descent, and the features that it is trained on. */
/** A text as numbers, and its label. */
export interface Sample {
  readonly features: Float32Array;
  readonly label: 0 | 1;
}

/** One weight for each feature, and a bias: all that is learned. */
export interface Head {
  readonly weights: Float64Array;
  readonly bias: number;
}

export interface Progress {
  readonly step: number;
  /** Mean over the training texts, in nats. */
  readonly loss: number;
  /** Share of the held-out texts that are labelled as they should be. */
  readonly accuracy: number;
}

const rate = 2;
/** Keeps weights small where there are more features than texts. */
const decay = 1e-3;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Probability of label 1. */
export function probability({ weights, bias }: Head, features: Float32Array): number {
  let sum = bias;
  for (let index = 0; index < weights.length; index++) {
    sum += weights[index]! * features[index]!;
  }
  return sigmoid(sum);
}

/** Share of texts whose label the head finds. */
export const accuracy = (head: Head, samples: readonly Sample[]): number =>
  samples.filter(({ features, label }) => probability(head, features) >= 0.5 === (label === 1))
    .length / Math.max(1, samples.length);

/**
 * Logistic regression by gradient descent on all texts at once; begins at zero, so that it is the same each time.
 *
 * @yields after each step.
 */
export function* train(
  samples: readonly Sample[],
  heldOut: readonly Sample[],
  steps: number,
): Generator<Progress, Head> {
  const size = samples[0]?.features.length ?? 0;
  const weights = new Float64Array(size);
  let bias = 0;
  for (let step = 1; step <= steps; step++) {
    const gradient = new Float64Array(size);
    let [ofBias, loss] = [0, 0];
    for (const { features, label } of samples) {
      const guess = probability({ weights, bias }, features);
      const error = guess - label;
      loss -= Math.log(Math.max(1e-12, label === 1 ? guess : 1 - guess));
      ofBias += error;
      for (let index = 0; index < size; index++) {
        gradient[index]! += error * features[index]!;
      }
    }
    for (let index = 0; index < size; index++) {
      weights[index]! -= rate * (gradient[index]! / samples.length + decay * weights[index]!);
    }
    bias -= rate * (ofBias / samples.length);
    const head = { weights, bias };
    yield { step, loss: loss / samples.length, accuracy: accuracy(head, heldOut) };
  }
  return { weights, bias };
}

/** The mean of rows [S, D] of the last layer, of length 1. */
export function meanFeatures(values: Float32Array, tokens: number, size: number): Float32Array {
  const features = new Float32Array(size);
  const offset = values.length - tokens * size;
  for (let token = 0; token < tokens; token++) {
    for (let index = 0; index < size; index++) {
      features[index]! += values[offset + token * size + index]!;
    }
  }
  return unit(features);
}

/** For each token a vector that its id alone decides, by chance; their mean, of length 1. */
export function randomFeatures(ids: readonly number[], size: number): Float32Array {
  const features = new Float32Array(size);
  for (const id of ids) {
    let state = (id + 1) * 2_654_435_761;
    for (let index = 0; index < size; index++) {
      state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
      state ^= state >>> 13;
      features[index]! += (state >>> 0) / 2 ** 31 - 1;
    }
  }
  return unit(features);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map(value => value / length);
}
