import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Analysis, Token } from '../../src/shared/engineApi';
import type { EngineClient } from '../../src/shared/engineClient';
import { readFixtures, type Fixtures } from './fixtures';
import { startEngine } from './startEngine';

/** The same float32 weights on both sides; only the order of sums differs. */
const tolerance = 1e-4;
/** What int8 may cost, on the mean over all texts. */
const quantizationTolerance = 0.005;

const root = join(import.meta.dirname, '../..');
const modelIds = (await readdir(join(root, 'models'), { withFileTypes: true }))
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name);
const folders = [
  ...modelIds.map(id => join(root, 'models', id)),
  join(root, 'test/fixtures/tiny-bert'),
];

test('there is a model to hold against PyTorch', () => {
  expect(modelIds).not.toHaveLength(0);
});

describe.each(folders)('%s', folder => {
  let engine: EngineClient;
  let modelId: string;
  let contextLength: number;
  let fixtures: Fixtures;

  beforeAll(async () => {
    fixtures = await readFixtures(folder);
    ({ engine, modelId, contextLength } = await startEngine(folder));
    return () => engine.end();
  }, 60_000);

  const analyze = (input: { text: string; textPair?: string | undefined }): Promise<Analysis> =>
    engine.analyze({ modelId, text: input.text, textPair: input.textPair, hiddenStates: true });

  test('fixtures cover one token, a pair, full length and text beyond ASCII', () => {
    const { inputs } = fixtures;
    const lengths = inputs.map(input => input.inputIds.length);
    expect(lengths).toContain(3); // With [CLS] and [SEP].
    expect(lengths).toContain(contextLength);
    expect(inputs.some(input => input.textPair)).toBe(true);
    expect(inputs.some(input => /[^\p{ASCII}]/u.test(input.text))).toBe(true);
  });

  test('tokens are those of the reference tokenizer, and know their place', async () => {
    for (const { name, text, textPair, tokens, knownDivergence } of fixtures.tokenizer) {
      const tokenization = await engine.tokenize({ modelId, text, textPair });
      expect(tokenization.tokens.map(placed), name).toEqual(knownDivergence?.tokens ?? tokens);
    }
  });

  test('the ids that go in are those that PyTorch was given', async () => {
    for (const input of fixtures.inputs) {
      const { source } = await analyze(input);
      expect(
        source.map(token => token.id),
        input.name,
      ).toEqual(input.inputIds);
      expect(
        source.map(token => token.segment),
        input.name,
      ).toEqual(input.tokenTypeIds);
    }
  });

  test('attention is that of PyTorch with the same weights', async () => {
    let largest = 0;
    for (const input of fixtures.inputs) {
      const { attentions } = await analyze(input);
      expect(attentions.map(attention => attention.kind)).toEqual(['encoder']);
      const difference = compareRows(attentions[0], input.attention);
      expect(difference.largest, input.name).toBeLessThanOrEqual(tolerance);
      largest = Math.max(largest, difference.largest);
    }
    report(`${modelId}: attention is at most ${largest.toExponential(1)} from PyTorch's.`);
  });

  test('every row of attention sums to 1', async () => {
    for (const input of fixtures.inputs) {
      const { attentions } = await analyze(input);
      expect(largestRowError(attentions[0]), input.name).toBeLessThanOrEqual(tolerance);
    }
  });

  test('hidden states are those of PyTorch with the same weights', async () => {
    for (const { name, text, textPair, hiddenStates: expected } of fixtures.inputs) {
      const { hiddenStates } = await analyze({ text, textPair });
      expect(hiddenStates?.shape, name).toEqual(expected.shape);
      const [layers, tokens, hiddenSize] = expected.shape;
      let largest = 0;
      for (let layer = 0; layer < layers; layer++) {
        expected.positions.forEach((position, index) => {
          const actual = vector(hiddenStates?.values, layer * tokens + position, hiddenSize);
          const wanted = vector(
            expected.values,
            layer * expected.positions.length + index,
            hiddenSize,
          );
          largest = Math.max(largest, differences(actual, wanted).largest);
        });
      }
      expect(largest, name).toBeLessThanOrEqual(tolerance);
    }
  });

  test('int8 costs little attention', async () => {
    const means: number[] = [];
    for (const original of fixtures.originals) {
      const { attentions } = await analyze(original);
      means.push(compareRows(attentions[0], original.attention).mean);
    }
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    report(
      `${modelId}: attention is ${mean.toFixed(5)} from the float32 weights on the mean of ` +
        `${means.length} texts, ${Math.max(...means).toFixed(5)} on the worst.`,
    );
    expect(mean).toBeLessThanOrEqual(quantizationTolerance);
  });
});

// eslint-disable-next-line no-console -- A figure belongs into the log of the run.
const report = (line: string) => console.log(line);

const placed = ({ id, text, start, end, segment, word, isSpecial }: Token) => ({
  id,
  text,
  // Where a special token stands is nobody's business, so long as it covers nothing.
  ...(isSpecial && start === end ? { start: 0, end: 0 } : { start, end }),
  segment,
  word,
});

type Attention = Analysis['attentions'][number];
type ExpectedAttention = Fixtures['inputs'][number]['attention'];

function compareRows(actual: Attention | undefined, expected: ExpectedAttention): Differences {
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

function largestRowError(attention: Attention | undefined): number {
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

/** Row `index` of a matrix with rows of `length`. */
function vector(values: Float32Array | undefined, index: number, length: number): Float32Array {
  const row = values?.subarray(index * length, (index + 1) * length);
  expect(row).toHaveLength(length);
  return row ?? new Float32Array();
}

interface Differences {
  readonly largest: number;
  readonly mean: number;
}

function differences(actual: Float32Array, expected: Float32Array): Differences {
  let largest = 0;
  let sum = 0;
  expected.forEach((value, index) => {
    const difference = Math.abs((actual[index] ?? NaN) - value);
    largest = Math.max(largest, difference); // NaN stays NaN, and passes no comparison.
    sum += difference;
  });
  return { largest, mean: sum / expected.length };
}
