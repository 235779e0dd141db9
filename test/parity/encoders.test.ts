import { beforeAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import {
  compareRows,
  compareStates,
  compareTokens,
  differences,
  largestRowError,
  report,
  tolerance,
} from './compare';
import { readFixtures } from './fixtures';
import { foldersOf } from './folders';
import { startEngine } from './startEngine';

/** What int8 may cost, on the mean over all texts. */
const quantizationTolerance = 0.005;

const folders = foldersOf('encoder-only');

test('there is a model to hold against PyTorch', () => {
  expect(folders.filter(folder => !folder.includes('tiny'))).not.toHaveLength(0);
});

describe.each(folders)('%s', folder => {
  let engine: EngineClient;
  let modelId: string;
  let contextLength: number;
  let fixtures: Awaited<ReturnType<typeof readFixtures>>;

  beforeAll(async () => {
    fixtures = await readFixtures(folder);
    ({ engine, modelId, contextLength } = await startEngine(folder));
    return () => engine.end();
  });

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
    await compareTokens(engine, modelId, fixtures.tokenizer);
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
      expect(compareStates(hiddenStates, expected), name).toBeLessThanOrEqual(tolerance);
    }
  });

  test('predictions are those of PyTorch with the same weights, where there is a head', async () => {
    for (const { name, text, textPair, predictions } of fixtures.inputs) {
      const top = predictions?.ids[0]?.length ?? 5;
      const { candidates } = await engine.analyze({ modelId, text, textPair, top });
      expect(
        candidates.map(row => row.map(({ id }) => id)),
        name,
      ).toEqual(predictions?.ids ?? []);
      const probabilities = candidates.flat().map(({ probability }) => probability);
      const expected = (predictions?.logProbabilities ?? new Float32Array()).map(Math.exp);
      expect(differences(probabilities, expected).largest, name).toBeLessThanOrEqual(tolerance);
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
