import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readTiny, withGraph, withNaN } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

const modelId = 'tiny-ulmfit';
const text = 'The cat sat on the mat.';
const greedy = { kind: 'greedy' } as const;
const { manifest } = readTiny(modelId);

let started: Awaited<ReturnType<typeof startEngine>>;
/** How many tokens went into each step. */
let steps: number[] = [];
/** Tokens of all rows together, in the largest run. */
let largestRun = 0;
/** Called before each. */
let onStep: (() => Promise<void>) | undefined;

beforeAll(async () => {
  spyOnRuns(async feeds => {
    steps.push(feeds['input_ids']?.dims.length === 1 ? (feeds['input_ids'].dims[0] ?? 0) : 0);
    const { dims = [] } = feeds['input_ids'] ?? {};
    largestRun = Math.max(
      largestRun,
      dims.reduce((product, size) => product * size, 1),
    );
    await onStep?.();
  });
  started = await startEngine();
  return () => started.close();
});
beforeEach(async () => {
  onStep = undefined;
  await started.engine.load(readTiny(modelId));
  steps = [];
});

const predict = (of: string) => started.engine.predict({ modelId, text: of });
const fresh = async (of: string) => {
  await started.engine.load(readTiny(modelId));
  steps = [];
  return predict(of);
};

describe('an LSTM that writes', () => {
  test('reads a token at a time, after the one that every text follows', async () => {
    const { source } = await predict(text);
    expect(steps).toEqual(Array<number>(source.length + 1).fill(1));
    expect(source[0]).toMatchObject({ start: 0, isSpecial: false });
  });

  test('takes capitals for small letters, in the places that they have', async () => {
    const [small, capital] = [await predict('a cat!'), await predict('A CAT!')];
    expect(capital.source).toEqual(small.source);
    expect(capital.logits).toEqual(small.logits);
    const { source } = await predict('E\u0301');
    expect(source[0]).toMatchObject({ start: 0, end: 1 }); // The mark is a character of its own.
  });

  test('of a text that begins like the one before reads the rest alone', async () => {
    const first = await predict(text);
    steps = [];
    const longer = await predict(`${text} It`);
    expect(steps).toHaveLength(longer.source.length - first.source.length);
    expect(longer.logits.values).toEqual((await fresh(`${text} It`)).logits.values);
  });

  test('goes back to any token without reading again what stands before', async () => {
    await predict(text);
    steps = [];
    const shorter = await predict('The cat sat');
    expect(steps).toEqual([1]); // The last token is read again, for its logits.
    expect(shorter.logits.values).toEqual((await fresh('The cat sat')).logits.values);
    const other = await predict('Another');
    expect(other.logits.values).toEqual((await fresh('Another')).logits.values);
  });

  test.each([
    ['greedily', greedy],
    ['by chance', { kind: 'sample', temperature: 1, seed: 3 }],
    ['with beams', { kind: 'beam', beams: 3, lengthPenalty: 0 }],
  ] as const)('%s is as sure of its text as it says', async (_, strategy) => {
    const generation = await started.engine.generate({ modelId, text, strategy, maxNewTokens: 6 });
    const { target, logProbability } = generation;
    expect(target.length).toBeGreaterThan(0);
    let sum = 0;
    for (const [index, { id }] of target.entries()) {
      const appended = target.slice(0, index).map(token => token.id);
      const request = { modelId, text, appended, trackedToken: id };
      const { trackedRank: watched } = await started.engine.predict(request);
      sum += Math.log(watched?.probability ?? 0);
    }
    expect(sum).toBeCloseTo(logProbability, 4);
  });

  test('scores a text as it predicts it, token by token', async () => {
    const { tokens, logProbabilities } = await started.engine.score({ modelId, text });
    expect(logProbabilities[0]).toBeUndefined();
    for (const [index, { id, start }] of tokens.entries()) {
      const before = text.slice(0, start);
      if (index > 0) {
        const { trackedRank: watched } = await started.engine.predict({
          modelId,
          text: before,
          trackedToken: id,
        });
        expect(logProbabilities[index]).toBeCloseTo(Math.log(watched?.probability ?? 0), 4);
      }
    }
  });

  test('has states and no attention, whatever is asked', async () => {
    const analysis = await started.engine.analyze({ modelId, text, hiddenStates: true, top: 2 });
    const { layers, hiddenSize } = manifest;
    expect(analysis.attentions).toEqual([]);
    expect(analysis.hiddenStates?.shape).toEqual([layers, analysis.source.length, hiddenSize]);
    expect(analysis.candidates.map(row => row.length)).toEqual(analysis.source.map(() => 2));
    const last = await predict(text);
    expect(analysis.candidates.at(-1)?.[0]).toEqual(last.candidates[0]);
  });

  test('hears a cancellation between two steps, and the next request is served', async () => {
    const controller = new AbortController();
    onStep = async () => {
      if (steps.length === 5) {
        controller.abort();
      }
      await new Promise(resolve => setTimeout(resolve, 5)); // Messages are heard once a frame.
    };
    const long = 'q'.repeat(manifest.contextLength);
    const call = started.engine.score({ modelId, text: long }, { signal: controller.signal });
    expect(await codeOf(call)).toBe('cancelled');
    expect(steps.length).toBeLessThan(manifest.contextLength);
    onStep = undefined;
    expect(await codeOf(predict(text))).toBe('resolved');
  });

  test.each([[''], ['  \n']])('refuses the text %j', async empty => {
    expect(await codeOf(predict(empty))).toBe('input-empty');
  });

  test.each([['😀'], ['\0'], ['\ud800'], ['نص']])('reads the text %j', async odd => {
    expect((await predict(odd)).candidates[0]?.probability).toBeGreaterThan(0);
  });

  test.each([
    ['layers', { layers: 3 }],
    ['hidden size', { hiddenSize: 48 }],
    ['vocabulary', { vocabSize: manifest.vocabSize + 5 }],
    ['classes', { classes: ['a', 'b', 'c'] }],
  ] as const)('is refused where its folder lies about its %s', async (_, changes) => {
    const lying = started.engine.load(readTiny(modelId, changes));
    expect(await codeOf(lying)).toBe('model-invalid');
    expect(await codeOf(predict(text))).toBe('resolved'); // That of before is still there.
  });

  test.each([
    ['decoder', 'logits.bias'],
    ['classifier', 'output.bias'],
  ])('is refused where a parameter of the %s is no number', async (graph, parameter) => {
    const files = readTiny(modelId);
    const damaged = await withGraph(files, graph, withNaN(files.graphs[graph], parameter));
    await expect(started.engine.load(damaged)).rejects.toThrow(/no number: its file is damaged/);
  });
});

describe('a classifier', () => {
  const classify = (of: string, omissions = true) =>
    started.engine.classify({ modelId, text: of, omissions });

  test('gives each class its probability, and without being asked no more', async () => {
    const { probabilities, omissions, source, dropped } = await classify(text, false);
    expect(probabilities).toHaveLength(2);
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
    expect(omissions).toEqual([]);
    expect(source.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    expect(dropped).toBe(0);
  });

  test('leaves out one word after the other, as a text without it', async () => {
    const { omissions } = await classify('A good, good film!');
    const words = omissions.map(({ start, end }) => 'A good, good film!'.slice(start, end));
    expect(words).toEqual(['A', ' good', ',', ' good', ' film', '!']);
    const [, , , second] = omissions;
    const alone = await classify('A good, film!', false);
    for (const [index, probability] of alone.probabilities.entries()) {
      expect(second?.probabilities[index]).toBeCloseTo(probability, 5);
    }
  });

  test('leaves out some words together where there are many, and reads both ends', async () => {
    largestRun = 0;
    const words = Array.from({ length: 500 }, (_, index) => `word${index}`).join(' ');
    const { omissions, source, dropped } = await classify(words);
    expect(source).toHaveLength(299); // And the token that every text follows.
    expect(dropped).toBeGreaterThan(0);
    expect(source[0]?.start).toBe(0);
    expect(source.at(-1)?.end).toBe(words.length);
    expect(largestRun).toBeLessThanOrEqual(1024); // So that a cancellation is heard.
    expect(omissions.length).toBeGreaterThan(32);
    expect(omissions.length).toBeLessThanOrEqual(65); // The middle parts two.
    for (const [index, { start, end }] of omissions.entries()) {
      expect(start).toBeGreaterThanOrEqual(omissions[index - 1]?.end ?? 0);
      expect(end).toBeGreaterThan(start);
    }
  });

  test('leaves out no white space', async () => {
    const { omissions } = await classify('good\n\n\n  film');
    expect(omissions).toHaveLength(2);
  });

  test.each([['word'], ['😀😀'], ['\ud800'], ['今日は']])('judges %j', async odd => {
    const { probabilities, omissions } = await classify(odd);
    expect(probabilities.every(Number.isFinite)).toBe(true);
    expect(omissions.length).toBeGreaterThan(0);
  });

  test.each([[''], [' \n ']])('refuses %j', async empty => {
    expect(await codeOf(classify(empty))).toBe('input-empty');
  });

  test('that is cancelled ends between two runs, and the next is served', async () => {
    const controller = new AbortController();
    const request = { modelId, text: 'word '.repeat(200), omissions: true };
    const call = started.engine.classify(request, { signal: controller.signal });
    controller.abort();
    expect(await codeOf(call)).toBe('cancelled');
    expect(await codeOf(classify(text))).toBe('resolved');
  });

  test('is not in every model, and the others say so', async () => {
    for (const other of ['tiny-bert', 'tiny-gpt2']) {
      await started.engine.load(readTiny(other));
      const call = started.engine.classify({ modelId: other, text });
      await expect(call).rejects.toMatchObject({
        code: 'input-invalid',
        message: expect.stringContaining('judges no text') as string,
      });
    }
  });

  test('whose folder names classes and no graph for them is refused', async () => {
    const classes = ['disliked', 'liked'];
    const graphs = Object.entries(manifest.files.graphs).filter(([name]) => name !== 'classifier');
    const files = { ...manifest.files, graphs: Object.fromEntries(graphs) };
    const call = started.engine.load(readTiny(modelId, { classes, files }));
    await expect(call).rejects.toThrow(/names no graph "classifier"/);
  });
});
