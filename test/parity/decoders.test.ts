import { beforeAll, describe, expect, test } from 'vitest';
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
import { readDecoderFixtures, type DecoderFixtures } from './decoderFixtures';
import { foldersOf } from './folders';
import { startEngine } from './startEngine';

/** What int8 may cost, in nats a token on the mean over all texts: 1 % of the perplexity. */
const quantizationTolerance = 0.01;

/** What counts as long of a context that is longer still: its attention would fill gigabytes. */
const longest = 256;

type Input = DecoderFixtures['inputs'][number];

/** A conversation is given to the engine as such: special tokens that are spelled in a text are text. */
const toLookAt = ({ text, messages }: Input) => (messages ? { messages, text: '' } : { text });
const toGoOnFrom = ({ text, messages }: Input) => (messages ? { messages } : { text });

/** More the engine does not tell. */
const mostCandidates = 1000;

describe.each(foldersOf('decoder-only'))('%s', folder => {
  let engine: EngineClient;
  let modelId: string;
  let contextLength: number;
  let fixtures: DecoderFixtures;

  beforeAll(async () => {
    fixtures = await readDecoderFixtures(folder);
    ({ engine, modelId, contextLength } = await startEngine(folder));
    return () => engine.end();
  });

  test('fixtures cover one token, full length and text beyond ASCII', () => {
    const lengths = fixtures.inputs.map(input => input.inputIds.length);
    expect(lengths).toContain(1);
    expect(Math.max(...lengths)).toBeGreaterThanOrEqual(Math.min(contextLength, longest));
    expect(fixtures.inputs.some(input => /[^\p{ASCII}]/u.test(input.text))).toBe(true);
  });

  test('tokens are those of the reference tokenizer, and know their place', async () => {
    await compareTokens(engine, modelId, fixtures.tokenizer);
  });

  test('probabilities of the tokens of a text are those of PyTorch', async () => {
    let largest = 0;
    const texts = fixtures.inputs.filter(({ messages }) => !messages);
    expect(texts).not.toHaveLength(0);
    for (const { name, text, inputIds, logProbabilities } of texts) {
      const score = await engine.score({ modelId, text });
      expect(
        score.tokens.map(token => token.id),
        name,
      ).toEqual(inputIds);
      expect(score.logProbabilities[0], name).toBeUndefined();
      const actual = score.logProbabilities.slice(1).map(Number);
      const probabilities = differences(actual.map(Math.exp), logProbabilities.map(Math.exp));
      expect(probabilities.largest, name).toBeLessThanOrEqual(tolerance);
      // Surprisal and perplexity are made of these. Of what is nearly impossible the logarithm is large, and a single
      // one may be further away.
      const logarithms = differences(actual, logProbabilities);
      expect(logarithms.mean, name).toBeLessThanOrEqual(tolerance);
      largest = Math.max(largest, logarithms.largest);
    }
    report(`${modelId}: log-probabilities are at most ${largest.toExponential(1)} from PyTorch's.`);
  });

  test('probabilities after a text are those of PyTorch', async () => {
    for (const input of fixtures.inputs) {
      const { name, inputIds, logits } = input;
      const top = Math.min(logits.length, mostCandidates);
      const { candidates, source } = await engine.analyze({
        ...{ modelId, top, attention: false },
        ...toLookAt(input),
      });
      expect(
        source.map(({ id }) => id),
        name,
      ).toEqual(inputIds);
      const actual = candidates.at(-1) ?? [];
      expect(actual, name).toHaveLength(top);
      const expected = softmax(logits);
      expect(
        differences(
          actual.map(each => each.probability),
          actual.map(each => expected[each.id] ?? NaN),
        ).largest,
        name,
      ).toBeLessThanOrEqual(tolerance);
    }
  });

  test('what each layer would say is what PyTorch makes of it', async ({ skip }) => {
    const told = fixtures.inputs.filter(
      ({ lensIds, messages }) => lensIds !== undefined && !messages,
    );
    if (told.length === 0) {
      return skip('its fixtures do not tell');
    }
    for (const { name, text, inputIds, logits, lensIds } of told) {
      const {
        source,
        lens,
        logits: actual,
      } = await engine.predict({
        modelId,
        text,
        logitLens: true,
        top: 1,
      });
      expect(
        source.map(token => token.id),
        name,
      ).toEqual(inputIds);
      expect(differences(actual.values, logits).largest, name).toBeLessThanOrEqual(
        tolerance * Math.max(1, ...logits.map(Math.abs)),
      );
      expect(
        lens?.map(({ candidates }) => candidates[0]?.id),
        name,
      ).toEqual(lensIds);
      const { columns } = await engine.lens({ modelId, text, positions: 2 });
      expect(
        columns.at(-1)?.map(({ best }) => best.id),
        name,
      ).toEqual(lensIds);
    }
  });

  test('greedy continuations are those of PyTorch', async () => {
    // The engine reads less of a long text, to have room to write.
    const written = fixtures.inputs.filter(
      ({ inputIds, greedyIds }) => greedyIds.length > 0 && inputIds.length <= contextLength / 2,
    );
    expect(written.length).toBeGreaterThanOrEqual(3);
    for (const input of written) {
      const { name, inputIds, greedyIds } = input;
      const { target, source } = await engine.generate({
        modelId,
        ...toGoOnFrom(input),
        loopGuard: false,
        strategy: { kind: 'greedy' },
        maxNewTokens: greedyIds.length,
      });
      expect(
        source.map(({ id }) => id),
        name,
      ).toEqual(inputIds);
      const ids = target.map(token => token.id);
      // The reference goes on after the token that ends a document.
      expect(ids, name).toEqual(greedyIds.slice(0, ids.length));
      expect(ids.length, name).toBeGreaterThan(0);
    }
  });

  test('attention and hidden states are those of PyTorch', async () => {
    for (const input of fixtures.inputs) {
      const { name, attention, hiddenStates } = input;
      const analysis = await engine.analyze({ modelId, ...toLookAt(input), hiddenStates: true });
      expect(analysis.attentions.map(({ kind }) => kind)).toEqual(attention ? ['decoder'] : []);
      if (attention) {
        const [actual] = analysis.attentions;
        expect(compareRows(actual, attention).largest, name).toBeLessThanOrEqual(tolerance);
        expect(largestRowError(actual), name).toBeLessThanOrEqual(tolerance);
      }
      // Some states of a trained model are in the thousands: float32 has so many digits.
      const largest = hiddenStates.values.reduce(
        (most, value) => Math.max(most, Math.abs(value)),
        1,
      );
      const difference = compareStates(analysis.hiddenStates, hiddenStates) / largest;
      expect(difference, name).toBeLessThanOrEqual(tolerance);
    }
  });

  test('classes are those of PyTorch, of the whole text and without each word', async ({
    skip,
  }) => {
    const { classifications } = fixtures;
    if (!classifications) {
      return skip('it classifies nothing');
    }
    let largest = 0;
    for (const { name, text, probabilities, without } of classifications) {
      const told = await engine.classify({ modelId, text, omissions: without !== undefined });
      const difference = differences(told.probabilities, probabilities).largest;
      expect(difference, name).toBeLessThanOrEqual(tolerance);
      const omitted = told.omissions.flatMap(omission => omission.probabilities);
      expect(omitted, name).toHaveLength(without?.length ?? 0);
      expect(differences(omitted, without ?? []).largest, name).toBeLessThanOrEqual(tolerance);
      largest = Math.max(largest, difference);
    }
    report(`${modelId}: classes are at most ${largest.toExponential(1)} from PyTorch's.`);
  });

  test('int8 costs little probability', async ({ skip }) => {
    const { originals } = fixtures;
    if (!originals) {
      return skip('its parameters are shipped as they were published');
    }
    let [sum, count] = [0, 0];
    for (const { text, logProbabilities } of originals) {
      const score = await engine.score({ modelId, text });
      sum += logProbabilities.reduce((total, each) => total + each, 0) - score.logProbability;
      count += logProbabilities.length;
    }
    const cost = sum / count;
    report(`${modelId}: int8 costs ${cost.toFixed(5)} nats a token.`);
    expect(cost).toBeLessThanOrEqual(quantizationTolerance);
  });
});

function softmax(logits: Float32Array): readonly number[] {
  const largest = Math.max(...logits);
  const exponentials = Array.from(logits, logit => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map(each => each / sum);
}
