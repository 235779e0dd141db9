import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GenerateRequest } from '../../../../src/common/protocol/engine/generate';
import { logSoftmax } from '../../../../src/common/math/logits';
import { readTiny } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

const text = 'The cat sat on the mat.';
let started: Awaited<ReturnType<typeof startEngine>>;
/** How many tokens each run read. */
let runs: number[] = [];

beforeAll(async () => {
  spyOnRuns(feeds => {
    runs.push(feeds['input_ids']?.dims.at(-1) ?? 0);
  });
  started = await startEngine();
  return () => started.close();
});

describe.each(['tiny-gpt2', 'tiny-llama'])('a prediction of %s', modelId => {
  const { contextLength, vocabSize, layers } = readTiny(modelId).manifest;
  const predict = (request: object = {}) => started.engine.predict({ modelId, text, ...request });

  beforeEach(async () => {
    await started.engine.load(readTiny(modelId));
    runs = [];
  });

  test('tells the logits of all tokens, and the best of them', async () => {
    const { logits, candidates, source, window, dropped, computed } = await predict({ top: 3 });
    expect(logits.shape).toEqual([1, vocabSize]);
    const distribution = logSoftmax(logits.values);
    expect(candidates).toHaveLength(3);
    for (const { id, probability } of candidates) {
      expect(probability).toBeCloseTo(Math.exp(distribution[id]!), 9);
    }
    expect(Math.max(...distribution)).toBe(distribution[candidates[0]?.id ?? -1]);
    const { target } = await started.engine.generate({
      modelId,
      text,
      strategy: { kind: 'greedy' },
      maxNewTokens: 1,
    });
    expect(target[0]?.id).toBe(candidates[0]?.id);
    expect(window).toEqual({ start: 0, count: source.length, total: source.length });
    expect({ dropped, computed }).toEqual({ dropped: 0, computed: source.length });
  });

  test('with a token appended costs one step, and knows where the token stands', async () => {
    const { candidates } = await predict();
    const [first] = candidates;
    runs = [];
    const branch = await predict({ appended: [first?.id] });
    expect(runs).toEqual([1]);
    expect(branch.computed).toBe(1);
    const [spelled] = await started.engine.spell({ modelId, ids: [first!.id] });
    expect(branch.text).toBe(text + (spelled?.text ?? ''));
    expect(branch.source.at(-1)).toMatchObject({
      id: first?.id,
      start: text.length,
      end: branch.text.length,
    });
    await started.engine.load(readTiny(modelId)); // Nothing is known any more.
    const afresh = await predict({ appended: [first?.id] });
    for (const [id, logit] of afresh.logits.values.entries()) {
      expect(Math.abs(logit - (branch.logits.values[id] ?? NaN))).toBeLessThan(1e-4);
    }
  });

  test('of a branch beside another reads only where they part', async () => {
    await predict({ appended: [5, 6, 7] });
    runs = [];
    await predict({ appended: [5, 9] });
    expect(runs).toEqual([1]);
  });

  test('is what is written after the same tokens, and they are no part of it', async () => {
    const appended = [5, 6];
    const { candidates, text: whole, source } = await predict({ appended });
    runs = [];
    const request = {
      modelId,
      text,
      appended,
      strategy: { kind: 'greedy' },
      maxNewTokens: 2,
    } as const;
    const written = await started.engine.generate(request);
    expect(written.target[0]?.id).toBe(candidates[0]?.id);
    expect(written.target).toHaveLength(2);
    expect(written.prompt).toBe(whole);
    expect(written.source).toEqual(source);
    // All but the last token was read for the prediction.
    expect(runs).toEqual([1, 1]);
  });

  test('takes tokens appended to nothing, and to white space', async () => {
    expect((await predict({ text: '', appended: [5] })).source).toHaveLength(1);
    expect((await predict({ text: ' ', appended: [5] })).text.startsWith(' ')).toBe(true);
  });

  test('tells where a watched token stands, however improbable it is', async () => {
    const { logits } = await predict();
    const values = [...logits.values];
    const worst = values.indexOf(Math.min(...values));
    const { trackedRank: watched } = await predict({ trackedToken: worst });
    expect(watched?.rank).toBe(vocabSize);
    expect(watched?.probability).toBeCloseTo(Math.exp(logSoftmax(logits.values)[worst]!), 9);
    const best = values.indexOf(Math.max(...values));
    expect((await predict({ trackedToken: best })).trackedRank?.rank).toBe(1);
  });

  test('looks through each layer, and the last says what the model says', async () => {
    const {
      lens,
      candidates,
      trackedRank: watched,
    } = await predict({ logitLens: true, top: 4, trackedToken: 7 });
    expect(lens).toHaveLength(layers + 1);
    for (const layer of lens ?? []) {
      expect(layer.candidates).toHaveLength(4);
      expect(layer.trackedRank?.rank).toBeGreaterThanOrEqual(1);
    }
    const last = lens?.at(-1);
    expect(last?.candidates.map(({ id }) => id)).toEqual(candidates.map(({ id }) => id));
    expect(last?.trackedRank?.rank).toBe(watched?.rank);
    expect(last?.candidates[0]?.probability).toBeCloseTo(candidates[0]?.probability ?? NaN, 4);
    // What it leaves out is not computed, and what was read is read once.
    runs = [];
    expect((await predict()).lens).toBeUndefined();
    expect(runs).toEqual([1]);
  });

  test('of a text beyond the context reads its end, and what is appended then costs a step', async () => {
    const long = 'q'.repeat(contextLength + 5);
    const { source, window, dropped } = await predict({ text: long });
    expect(source.length).toBeLessThanOrEqual(contextLength);
    expect(source.length).toBeGreaterThan(contextLength / 2);
    expect(source.at(-1)).toMatchObject({ end: long.length });
    expect(window).toEqual({ start: dropped, count: source.length, total: contextLength + 5 });
    runs = [];
    await predict({ text: long, appended: [5] });
    expect(runs).toEqual([1]);
  });

  test.each([
    ['no text', { text: '' }, 'input-empty'],
    ['white space', { text: ' \n ' }, 'input-empty'],
    ['an id beyond the vocabulary', { appended: [1e6] }, 'input-invalid'],
    ['a negative id', { appended: [-1] }, 'input-invalid'],
    ['a watched half', { trackedToken: 0.5 }, 'input-invalid'],
    ['a top that is no number', { top: NaN }, 'input-invalid'],
  ] as const)('of %s is refused', async (_, request, code) => {
    expect(await codeOf(predict(request))).toBe(code);
  });

  test('that is cancelled leaves the next one well', async () => {
    const controller = new AbortController();
    const cancelled = started.engine.predict(
      { modelId, text: 'q'.repeat(contextLength) },
      { signal: controller.signal },
    );
    controller.abort();
    expect(await codeOf(cancelled)).toBe('cancelled');
    expect(await codeOf(predict())).toBe('resolved');
  });
});

test('a model of another family says that it predicts nothing', async () => {
  await started.engine.load(readTiny('tiny-bert'));
  await expect(started.engine.predict({ modelId: 'tiny-bert', text })).rejects.toMatchObject({
    code: 'input-invalid',
    message: expect.stringContaining('does not go on with a text') as string,
  });
});

test.each([
  ['an id beyond the vocabulary', { modelId: 'tiny-gpt2', appended: [1e6] }],
  [
    'messages',
    {
      modelId: 'tiny-llama',
      text: undefined,
      appended: [1],
      messages: [{ role: 'user', content: 'x' }],
    },
  ],
  ['a translator', { modelId: 'tiny-transformer', appended: [1] }],
])('tokens appended are not taken with %s', async (_, request) => {
  await started.engine.load(readTiny(request.modelId));
  const strategy = { kind: 'greedy' } as const;
  expect(
    await codeOf(started.engine.generate({ text, strategy, ...request } as GenerateRequest)),
  ).toBe('input-invalid');
});

test('tokens are spelled with the tokenizer alone', async () => {
  const files = readTiny('tiny-transformer');
  await started.engine.loadTokenizer(files);
  const { tokens } = await started.engine.tokenize({ modelId: 'tiny-transformer', text: 'a b' });
  const ids = [...tokens.map(({ id }) => id), 10 ** 6];
  const spelled = await started.engine.spell({ modelId: 'tiny-transformer', ids });
  expect(spelled).toHaveLength(ids.length);
  expect(spelled.at(-1)).toEqual({ text: '', bytes: [], isSpecial: false });
  expect(spelled.map(each => each.text).join('')).toContain('b');
  expect(
    new TextDecoder().decode(Uint8Array.from(spelled.flatMap(({ bytes }) => bytes))),
  ).toContain('b');
  // The token that ends a sentence stands for no character.
  expect(spelled.at(-2)).toMatchObject({ bytes: [], isSpecial: true });
});
