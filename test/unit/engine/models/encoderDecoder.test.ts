import * as onnx from 'onnxruntime-web/wasm';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { GenerateRequest } from '../../../../src/common/protocol/engine/generate';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { readTiny, withGraph, withNaN } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

const translators = ['tiny-seq2seq-lstm', 'tiny-seq2seq-attention', 'tiny-transformer'] as const;
const text = 'Where is the station?';
const greedy = { kind: 'greedy' } as const;

let started: Awaited<ReturnType<typeof startEngine>>;
/** Of the steps of a model: time for messages to be heard. */
let stepMs = 0;

beforeAll(async () => {
  spyOnRuns(() => (stepMs > 0 ? new Promise(resolve => setTimeout(resolve, stepMs)) : undefined));
  started = await startEngine();
  return () => started.close();
});
afterEach(() => {
  started.streamed.length = 0;
  stepMs = 0;
});
const load = (id: string, changes?: Partial<Manifest>) =>
  started.engine.load(readTiny(id, changes));
const generate = (modelId: string, request: Partial<GenerateRequest> = {}) =>
  started.engine.generate({ modelId, text, strategy: greedy, ...request });
const idsOf = (tokens: readonly { readonly id: number }[]) => tokens.map(({ id }) => id);

describe.each(translators)('%s', modelId => {
  beforeAll(async () => {
    await load(modelId);
  });

  test('translates, and its figures agree with each other', async () => {
    const beam = { kind: 'beam', beams: 4 } as const;
    const generation = await generate(modelId, { strategy: beam, top: 3, attention: true });
    const { source, target, logProbabilities, hypotheses, candidates, attentions } = generation;
    expect(source.at(-1)).toMatchObject({ text: '</s>', isSpecial: true, start: 21, end: 21 });
    expect(logProbabilities).toHaveLength(target.length);
    expect(generation.logProbability).toBeCloseTo(
      logProbabilities.reduce((sum, each) => sum + each, 0),
      9,
    );
    expect(hypotheses).toHaveLength(4);
    expect(hypotheses[0]).toEqual({
      text: generation.text,
      logProbability: generation.logProbability,
    });
    expect(candidates.map(row => row.length)).toEqual(target.map(() => 3));
    for (const row of candidates) {
      const [first = NaN, second = NaN, third = NaN] = row.map(({ probability }) => probability);
      expect(first >= second && second >= third && third > 0).toBe(true);
    }
    for (const { kind, shape } of attentions) {
      expect(shape[2]).toBe(kind === 'encoder' ? source.length : target.length);
      expect(shape[3]).toBe(kind === 'decoder' ? target.length : source.length);
    }
    expect(attentions.map(({ kind }) => kind)).toEqual(
      {
        'tiny-seq2seq-lstm': [],
        'tiny-seq2seq-attention': ['cross'],
        'tiny-transformer': ['encoder', 'decoder', 'cross'],
      }[modelId],
    );
    const spelled = target.map(({ start, end }) => generation.text.slice(start, end));
    expect(spelled.at(0)).toBe(generation.text.slice(0, target[0]?.end));
    expect(target.filter(({ isSpecial }) => isSpecial).every(({ word }) => word === -1)).toBe(true);
  });

  test('streams each token of a greedy translation, and the text piece by piece', async () => {
    const { target, text: whole, logProbabilities } = await generate(modelId, { streamId: 'a' });
    const told = started.streamed.filter(({ streamId }) => streamId === 'a');
    expect(idsOf(told.map(({ token }) => token))).toEqual(idsOf(target));
    expect(told.map(({ logProbability }) => logProbability)).toEqual(logProbabilities);
    const spelled = told.map(each => each.text).join('');
    expect(whole.startsWith(spelled)).toBe(true);
    expect(whole.length - spelled.length).toBeLessThanOrEqual(1); // A character without its last bytes.
  });

  test('streams nothing that was not asked for, and nothing of a beam', async () => {
    await generate(modelId);
    await generate(modelId, { strategy: { kind: 'beam', beams: 2 }, streamId: 'b' });
    expect(started.streamed).toEqual([]);
  });

  test('draws the same for the same seed', async () => {
    const draw = (seed: number) =>
      generate(modelId, { strategy: { kind: 'sample', temperature: 1, seed } });
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect(idsOf(again.target)).toEqual(idsOf(first.target));
    expect(idsOf(other.target)).not.toEqual(idsOf(first.target));
  });

  test('analyzes a translation that is given, with states and candidates on demand', async () => {
    const targetText = 'La gare.';
    const analysis = await started.engine.analyze({
      modelId,
      text,
      targetText,
      hiddenStates: true,
      top: 2,
    });
    const { source, target, candidates, hiddenStates, targetHiddenStates } = analysis;
    const { tokens } = await started.engine.tokenize({ modelId, text: targetText });
    expect(idsOf(target)).toEqual(idsOf(tokens));
    expect(target.at(-1)).toMatchObject({ text: '</s>', start: 8, end: 8 });
    expect(candidates).toHaveLength(target.length);
    expect(hiddenStates?.shape[1]).toBe(source.length);
    expect(targetHiddenStates?.shape[1]).toBe(target.length);
    const isLstm = modelId !== 'tiny-transformer';
    expect([analysis.cellStates, analysis.targetCellStates].map(Boolean)).toEqual([isLstm, isLstm]);
    const isAdditive = modelId === 'tiny-seq2seq-attention';
    expect([analysis.attentionScores, analysis.contexts].map(each => each?.shape[0])).toEqual(
      isAdditive ? [target.length, target.length] : [undefined, undefined],
    );
    const plain = await started.engine.analyze({ modelId, text, targetText, attention: false });
    expect(plain).toMatchObject({ attentions: [], candidates: [] });
    expect(plain.hiddenStates).toBeUndefined();
  });

  test.each([undefined, 1, 2, 8])(
    'analyzes its own translation where none is given, of %s beams',
    async beams => {
      const strategy = { kind: 'beam', beams: beams ?? 5 } as const;
      const { target, text: targetText } = await generate(modelId, { strategy });
      expect(await started.engine.analyze({ modelId, text, beams })).toMatchObject({
        ...{ target, targetText },
      });
    },
  );

  test.each([0, 17, 1.5])('refuses to analyze a translation of %d beams', async beams => {
    expect(await codeOf(started.engine.analyze({ modelId, text, beams }))).toBe('input-invalid');
  });

  test('scores what it was given, and finds its own beam more probable than another text', async () => {
    const score = await started.engine.score({ modelId, text, targetText: 'La gare' });
    const bytes = 7;
    expect(score.bitsPerByte).toBeCloseTo(-score.logProbability / Math.LN2 / bytes, 9);
    expect(score.perplexity).toBeCloseTo(Math.exp(-score.logProbability / score.tokens.length), 6);
    expect(score.logProbabilities.every(each => each !== undefined && each < 0)).toBe(true);
  });

  test('writes no more than twice the source and 10, and no more than asked', async () => {
    const { source, target } = await generate(modelId, { text: 'x', maxNewTokens: 1000 });
    expect(target.length).toBeLessThanOrEqual(2 * source.length + 10);
    const short = await generate(modelId, { maxNewTokens: 3 });
    expect(short.target.length).toBeLessThanOrEqual(3);
    expect(short.finish).toBe('length');
  });

  test('reads as much of 500 words as it can, says what it left out, and ends', async () => {
    const long = 'the old man '.repeat(167);
    const { source, target, window, dropped } = await generate(modelId, { text: long });
    const { contextLength } = readTiny(modelId).manifest;
    expect(source).toHaveLength(contextLength);
    expect(target.length).toBeLessThanOrEqual(contextLength);
    expect(window).toMatchObject({ start: 0, count: contextLength - 1 });
    expect(dropped).toBe(window.total - window.count);
    const analysis = await started.engine.analyze({
      modelId,
      text: long,
      targetText: long,
      windowStart: 10,
    });
    expect(analysis.window.start).toBe(10);
    expect(analysis.target).toHaveLength(contextLength);
    expect(analysis.dropped).toBe(2 * dropped);
  });

  test.each([
    ['another script', '東京はどこですか'],
    ['one character that it never saw', '\u{1f980}'],
    ['a control character', 'a\0b'],
    ['a lone surrogate', '\ud800'],
    ['its own special tokens', '<s> </s> <pad>'],
  ])('translates %s to something', async (_, odd) => {
    expect((await generate(modelId, { text: odd })).target.length).toBeGreaterThan(0);
  });

  test('reads a sentence in capitals as any other, and says so', async () => {
    const capitals = await generate(modelId, { text: 'THE CAT SAT. I LIKE IT.' });
    const usual = await generate(modelId, { text: 'The cat sat. I like it.' });
    expect(capitals.source.map(({ id, start, end }) => [id, start, end])).toEqual(
      usual.source.map(({ id, start, end }) => [id, start, end]),
    );
    expect(capitals).toMatchObject({ text: usual.text, prompt: 'THE CAT SAT. I LIKE IT.' });
    expect(usual.domainShifts).toEqual([]);
    const told = [{ kind: 'capitals', start: 0, end: 23, readAs: 'The cat sat. I like it.' }];
    expect(capitals.domainShifts).toEqual(told);
    const { domainShifts: unlike, targetText } = await started.engine.analyze({
      ...{ modelId, text: 'THE CAT SAT. I LIKE IT.' },
    });
    expect({ unlike, targetText }).toEqual({
      unlike: told,
      targetText: (await started.engine.analyze({ modelId, text: 'The cat sat. I like it.' }))
        .targetText,
    });
  });

  test('says what of a text it never saw the like of', async () => {
    const { domainShifts: unlike } = await generate(modelId, {
      text: 'I like tea. <s>I like coffee.</s>',
    });
    expect(unlike).toEqual([{ kind: 'markup', start: 12, end: 16 }]);
  });

  const wrong: readonly (readonly [string, Partial<GenerateRequest>, string])[] = [
    ['an empty text', { text: '' }, 'input-empty'],
    ['white space', { text: ' \n\t' }, 'input-empty'],
    ['a text beyond all windows', { text: 'a'.repeat(100_001) }, 'input-too-long'],
    ['no beam', { strategy: { kind: 'beam', beams: 0 } }, 'input-invalid'],
    ['a thousand beams', { strategy: { kind: 'beam', beams: 1000 } }, 'input-invalid'],
    ['half a beam', { strategy: { kind: 'beam', beams: 1.5 } }, 'input-invalid'],
    [
      'a penalty below 0',
      { strategy: { kind: 'beam', beams: 2, lengthPenalty: -1 } },
      'input-invalid',
    ],
    ['no temperature', { strategy: { kind: 'sample', temperature: 0, seed: 0 } }, 'input-invalid'],
    [
      'a temperature that is no number',
      { strategy: { kind: 'sample', temperature: NaN, seed: 0 } },
      'input-invalid',
    ],
    [
      'top-p above 1',
      { strategy: { kind: 'sample', temperature: 1, topP: 1.1, seed: 0 } },
      'input-invalid',
    ],
    ['no token', { maxNewTokens: 0 }, 'input-invalid'],
    ['an empty stop', { stop: [''] }, 'input-invalid'],
    ['a negative top', { top: -1 }, 'input-invalid'],
  ];

  test.each(wrong)('%s is refused, and the next request is served', async (_, request, code) => {
    expect(await codeOf(generate(modelId, request))).toBe(code);
    expect(await codeOf(generate(modelId))).toBe('resolved');
  });

  test('a second text is refused, and an analysis of an empty translation', async () => {
    const { engine } = started;
    expect(await codeOf(engine.analyze({ modelId, text, textPair: 'x' }))).toBe('input-invalid');
    expect(await codeOf(engine.tokenize({ modelId, text, textPair: 'x' }))).toBe('input-invalid');
    expect(await codeOf(engine.analyze({ modelId, text, targetText: ' ' }))).toBe('input-empty');
    expect(await codeOf(engine.score({ modelId, text }))).toBe('input-invalid');
  });

  test('a cancellation is heard between two steps', async () => {
    stepMs = 3;
    // Nearly every token is as probable as any, the one that ends it too.
    const wild = { kind: 'sample', temperature: 1000, seed: 2 } as const;
    const controller = new AbortController();
    const call = generate(modelId, { streamId: 'c' });
    const cancelled = started.engine.generate(
      { modelId, text: 'the old man '.repeat(20), strategy: wild, streamId: 'd' },
      { signal: controller.signal },
    );
    await vi.waitFor(() => {
      expect(started.streamed.some(({ streamId }) => streamId === 'd')).toBe(true);
    });
    controller.abort();
    expect(await codeOf(cancelled)).toBe('cancelled');
    expect(await codeOf(call)).toBe('resolved');
    expect(await codeOf(generate(modelId))).toBe('resolved');
  });
});

test('what an LSTM hands on is the state after the token it read last, of all layers', async () => {
  const modelId = 'tiny-seq2seq-lstm';
  await load(modelId);
  const analysis = await started.engine.analyze({
    modelId,
    text,
    targetText: 'x',
    hiddenStates: true,
  });
  const { source, firstHiddenStates, firstCellStates } = analysis;
  const { layers, hiddenSize } = readTiny(modelId).manifest;
  const check = (states: Analysis['hiddenStates'], first: Analysis['hiddenStates']) => {
    expect(first?.shape).toEqual([layers, 1, hiddenSize]);
    for (let layer = 0; layer < layers; layer++) {
      // It reads from the end: the first token is the last one read.
      const start = layer * source.length * hiddenSize;
      expect(first?.values.slice(layer * hiddenSize, (layer + 1) * hiddenSize)).toEqual(
        states?.values.slice(start, start + hiddenSize),
      );
    }
  };
  check(analysis.hiddenStates, firstHiddenStates);
  check(analysis.cellStates, firstCellStates);
});

describe('attention that is given by hand', () => {
  const modelId = 'tiny-seq2seq-attention';
  const targetText = 'La gare.';
  let own: Analysis;

  beforeEach(async () => {
    await load(modelId);
    own = await started.engine.analyze({ modelId, text, targetText, top: 1 });
  });

  test('is used at its step; what came before stays, what comes after follows', async () => {
    const S = own.source.length;
    const weights = Array.from({ length: S }, (_, index) => Number(index === 3));
    const changed = await started.engine.analyze({
      modelId,
      text,
      targetText,
      top: 1,
      attentionOverride: { position: 2, weights },
    });
    const rowOf = (analysis: Analysis, row: number) =>
      Array.from(analysis.attentions[0]?.weights.slice(row * S, (row + 1) * S) ?? []);
    expect(rowOf(changed, 2)).toEqual(weights);
    expect(rowOf(changed, 1)).toEqual(rowOf(own, 1));
    expect(rowOf(changed, 3)).not.toEqual(rowOf(own, 3));
    const probabilities = ({ candidates }: Analysis) => candidates.map(row => row[0]?.probability);
    expect(probabilities(changed).slice(0, 2)).toEqual(probabilities(own).slice(0, 2));
    expect(probabilities(changed)[2]).not.toBe(probabilities(own)[2]);
  });

  test('that is the model’s own changes nothing', async () => {
    const S = own.source.length;
    const weights = own.attentions[0]?.weights.slice(0, S) ?? [];
    const same = await started.engine.analyze({
      modelId,
      text,
      targetText,
      top: 1,
      attentionOverride: { position: 0, weights },
    });
    expect(same.candidates[0]?.[0]?.probability).toBeCloseTo(
      own.candidates[0]?.[0]?.probability ?? NaN,
      5,
    );
  });

  test('that is the model’s own, and writes on, gives its own greedy translation', async () => {
    const greedy = await generate(modelId, { text, strategy: { kind: 'greedy' }, loopGuard: true });
    expect(greedy.target.length).toBeGreaterThan(3);
    // The first step's attention follows from the source alone.
    const weights = own.attentions[0]?.weights.slice(0, own.source.length) ?? [];
    const again = await started.engine.analyze({
      modelId,
      text,
      targetText,
      attentionOverride: { position: 0, weights, continues: true },
    });
    expect(again.target.map(({ id }) => id)).toEqual(greedy.target.map(({ id }) => id));
    expect(again.targetText).toBe(greedy.text);
  });

  test('that writes on keeps what stands before it, and uses the row at its step', async () => {
    const S = own.source.length;
    const weights = Array.from({ length: S }, (_, index) => Number(index === 3));
    const changed = await started.engine.analyze({
      modelId,
      text,
      targetText,
      top: 1,
      attentionOverride: { position: 2, weights, continues: true },
    });
    const ids = ({ target }: Analysis) => target.map(({ id }) => id);
    expect(ids(changed).slice(0, 2)).toEqual(ids(own).slice(0, 2));
    expect(Array.from(changed.attentions[0]?.weights.slice(2 * S, 3 * S) ?? [])).toEqual(weights);
    // From that step on it is what the model finds most probable.
    expect(changed.candidates.slice(2).map(row => row[0]?.id)).toEqual(ids(changed).slice(2));
  });

  test.each([
    ['of another length', 0, [1]],
    ['below 0', 0, [-1, 2]],
    ['whose sum is not 1', 0, [0.5, 0.4]],
    ['that are no numbers', 0, [NaN, 1]],
    ['for a step that there is not', 99, [1, 0]],
  ])('of weights %s is refused', async (_, position, weights) => {
    const all = [...weights, ...Array<number>(own.source.length - 2).fill(0)];
    const given = weights.length === 1 ? weights : all;
    const givenAttention = { position, weights: given };
    const call = started.engine.analyze({
      modelId,
      text,
      targetText,
      attentionOverride: givenAttention,
    });
    expect(await codeOf(call)).toBe('input-invalid');
  });

  test('is refused by a model that takes none', async () => {
    await load('tiny-transformer');
    const givenAttention = { position: 0, weights: [1] };
    const call = started.engine.analyze({
      modelId: 'tiny-transformer',
      text,
      attentionOverride: givenAttention,
    });
    await expect(call).rejects.toThrow(/takes no attention/);
  });
});

describe('a stopping text', () => {
  test('ends a translation before it, and is no part of it', async () => {
    await load('tiny-transformer');
    const whole = await generate('tiny-transformer', { text: 'chair' });
    const stop = whole.text.slice(3, 5);
    const cut = await generate('tiny-transformer', { text: 'chair', stop: [stop] });
    const end = whole.text.indexOf(stop);
    expect(cut).toMatchObject({ text: whole.text.slice(0, end), finish: 'stop' });
    expect(cut.target.every(token => token.start < end && token.end <= end)).toBe(true);
    expect(cut.logProbabilities).toHaveLength(cut.target.length);
  });
});

describe('a model folder', () => {
  const id = 'tiny-transformer';
  const lies: readonly (readonly [string, Partial<Manifest>, RegExp])[] = [
    ['layers', { layers: 3 }, /invalid dimensions for input: head_gates/],
    ['heads', { heads: 4 }, /invalid dimensions for input: head_gates/],
    ['hidden size', { hiddenSize: 32 }, /hidden states of the shape \[3, 2, 32\]/],
    ['context', { contextLength: 1000 }, /cannot do what its manifest promises/],
    ['vocabulary', { vocabSize: 500 }, /cannot do what its manifest promises/],
    ['tokenizer', { vocabSize: 200 }, /promises 200 tokens; its tokenizer has 320/],
    [
      'kind',
      { architecture: 'lstm' },
      /lacks the outputs past\.hidden, past\.cell, encoder_cell_states/,
    ],
    ['tokens', { tokens: {} }, /names no tokens "begin" and "end"/],
  ];

  test.each(lies)(
    'that lies about its %s is refused, and the true one is loaded',
    async (_, changes, message) => {
      const lying = load(id, changes);
      await expect(lying).rejects.toThrow(message);
      await expect(lying).rejects.toMatchObject({ code: 'model-invalid' });
      expect(await codeOf(load(id))).toBe('resolved');
    },
  );

  test('without its decoder is refused by name', async () => {
    const files = readTiny(id);
    const { encoder } = files.manifest.files.graphs;
    const manifest = {
      ...files.manifest,
      files: { ...files.manifest.files, graphs: { ...(encoder && { encoder }) } },
    };
    await expect(started.engine.load({ ...files, manifest })).rejects.toThrow(/no graph "decoder"/);
  });

  test.each(['encoder', 'decoder'])(
    'with an altered %s is refused before it is opened',
    async name => {
      const { create } = onnx.InferenceSession;
      vi.mocked(create).mockClear();
      const files = readTiny(id);
      new Uint8Array(files.graphs[name] ?? new ArrayBuffer())[5000]! ^= 1;
      await expect(started.engine.load(files)).rejects.toThrow(/damaged: its checksum is wrong/);
      expect(create).not.toHaveBeenCalled();
    },
  );

  test('with a parameter that is no number is refused, although its checksum fits', async () => {
    const files = readTiny(id);
    const graph = withNaN(files.graphs['decoder'], 'decoder.0.attention_norm.weight');
    const poisoned = await withGraph(files, 'decoder', graph);
    await expect(started.engine.load(poisoned)).rejects.toThrow(/no number: its file is damaged/);
    await expect(started.engine.load(poisoned)).rejects.toMatchObject({ code: 'model-invalid' });
  });

  test('that is unloaded while it writes ends that clearly', async () => {
    await load(id);
    stepMs = 3;
    const wild = { kind: 'sample', temperature: 1000, seed: 2 } as const;
    const call = codeOf(generate(id, { strategy: wild, streamId: 'u' }));
    await vi.waitFor(() => expect(started.streamed).not.toHaveLength(0));
    await started.engine.unload({ modelId: id });
    expect(await call).toBe('model-not-loaded');
  });

  test('that is loaded twice at once is loaded', async () => {
    await Promise.all([load(id), load(id)]);
    expect(await codeOf(generate(id))).toBe('resolved');
  });
});
