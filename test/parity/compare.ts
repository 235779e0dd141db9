import { expect } from 'vitest';
import type { Attention, HiddenStates, Token } from '../../src/common/protocol/engine/types';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { ExpectedAttention, ExpectedStates, TokenizerCase } from './fixtures';

/** The same float32 weights on both sides; only the order of sums differs. */
export const tolerance = 1e-4;

// eslint-disable-next-line no-console -- A figure belongs into the log of the run.
export const report = (line: string) => console.log(line);

export interface Differences {
  readonly largest: number;
  readonly mean: number;
}

export function differences(
  actual: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
): Differences {
  let largest = 0;
  let sum = 0;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs((actual?.[index] ?? NaN) - (expected[index] ?? NaN));
    largest = Math.max(largest, difference); // NaN stays NaN, and passes no comparison.
    sum += difference;
  }
  return { largest, mean: expected.length > 0 ? sum / expected.length : 0 };
}

/** Row `index` of a matrix with rows of `length`. */
function vector(values: Float32Array | undefined, index: number, length: number): Float32Array {
  const row = values?.subarray(index * length, (index + 1) * length);
  expect(row).toHaveLength(length);
  return row ?? new Float32Array();
}

/** Holds the given rows of attention against it. */
export function compareRows(
  actual: Attention | undefined,
  expected: ExpectedAttention,
): Differences {
  expect(actual?.shape).toEqual(expected.shape);
  const [layers, heads, queries, keys] = expected.shape;
  const rows =
    expected.rows === 'all' ? [...Array(layers * heads * queries).keys()] : expected.rows;
  expect(expected.weights).toHaveLength(rows.length * keys);
  const found = rows.map((row, index) =>
    differences(vector(actual?.weights, row, keys), vector(expected.weights, index, keys)),
  );
  return {
    largest: found.reduce((largest, row) => Math.max(largest, row.largest), 0),
    mean: found.reduce((sum, row) => sum + row.mean, 0) / found.length,
  };
}

/** The largest distance from 1 of a row's sum. */
export function largestRowError(attention: Attention | undefined): number {
  if (!attention) {
    return NaN;
  }
  const [layers, heads, queries, keys] = attention.shape;
  let largest = 0;
  for (let row = 0; row < layers * heads * queries; row++) {
    const sum = vector(attention.weights, row, keys).reduce((total, weight) => total + weight, 0);
    largest = Math.max(largest, Math.abs(sum - 1));
  }
  return largest;
}

/** The largest difference of states at the given positions. */
export function compareStates(actual: HiddenStates | undefined, expected: ExpectedStates): number {
  expect(actual?.shape).toEqual(expected.shape);
  const [layers, tokens, hiddenSize] = expected.shape;
  let largest = 0;
  for (let layer = 0; layer < layers; layer++) {
    expected.positions.forEach((position, index) => {
      const given = vector(actual?.values, layer * tokens + position, hiddenSize);
      const row = layer * expected.positions.length + index;
      largest = Math.max(
        largest,
        differences(given, vector(expected.values, row, hiddenSize)).largest,
      );
    });
  }
  return largest;
}

/** Tokens of the Rust tokenizer, and their places. @param ofText leaves out what the engine adds to a text. */
export async function compareTokens(
  engine: EngineClient,
  modelId: string,
  cases: readonly TokenizerCase[],
  ofText = (tokens: readonly Token[]) => tokens,
): Promise<void> {
  expect(cases).not.toHaveLength(0);
  for (const { name, text, textPair, tokens, knownDivergence } of cases) {
    const tokenization = await engine.tokenize({ modelId, text, textPair });
    expect(ofText(tokenization.tokens).map(placed), name).toEqual(
      knownDivergence?.tokens ?? tokens,
    );
  }
}

const placed = ({ id, text, start, end, segment, word, isSpecial }: Token) => ({
  id,
  text,
  // Where a special token stands is nobody's business, so long as it covers nothing.
  ...(isSpecial && start === end ? { start: 0, end: 0 } : { start, end }),
  segment,
  word,
});
