import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { feedForwardsOf, headsOf } from '../../../../src/common/attention/modelParts';
import type { AblateRequest } from '../../../../src/common/protocol/engine/ablate';
import type { Ablation } from '../../../../src/common/protocol/engine/ablation';
import { readTiny } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

let started: Awaited<ReturnType<typeof startEngine>>;
let runs = 0;
/** Called before a run, with its number. */
let beforeRun: ((run: number) => void) | undefined;

beforeAll(async () => {
  spyOnRuns(() => beforeRun?.(++runs));
  started = await startEngine();
  for (const id of models) {
    await started.engine.load(readTiny(id));
  }
  return () => started.close();
});

beforeEach(() => {
  runs = 0;
  beforeRun = () => undefined;
  started.effects.length = 0;
});

const models = ['tiny-bert', 'tiny-masked-bert', 'tiny-gpt2', 'tiny-llama']
  .concat(['tiny-transformer', 'tiny-seq2seq-attention'])
  .concat(['tiny-seq2seq-lstm', 'tiny-ulmfit']);
const text = 'the cat sat on the mat';

const ablate = (
  request: Partial<AblateRequest> & { readonly modelId: string },
  signal?: AbortSignal,
) => started.engine.ablate({ text, ablations: 'each-head', ...request }, { signal });

/** With one place that is predicted, and with each of several. */
const requests: readonly (Partial<AblateRequest> & { readonly modelId: string })[] = [
  { modelId: 'tiny-masked-bert', masked: 2 },
  { modelId: 'tiny-masked-bert' },
  { modelId: 'tiny-gpt2' },
  { modelId: 'tiny-llama' },
  { modelId: 'tiny-transformer', targetText: 'le chat' },
  { modelId: 'tiny-seq2seq-attention', targetText: 'le chat', position: 1 },
];

describe.each(requests)('%o', request => {
  const { manifest } = readTiny(request.modelId);
  const heads = headsOf(manifest);
  const all: Ablation = { heads, feedForwards: feedForwardsOf(manifest) };

  test('a sweep finds for each head what switching it off alone changes', async () => {
    const { effects } = await ablate({ ...request, top: 3 });
    expect(effects.map(({ ablation }) => ablation)).toEqual(heads.map(head => ({ heads: [head] })));
    for (const [index, head] of heads.entries()) {
      const alone = await ablate({ ...request, top: 3, ablations: [{ heads: [head] }] });
      const [expected] = alone.effects;
      const actual = effects[index];
      expect(actual?.klDivergence).toBeCloseTo(expected?.klDivergence ?? NaN, 5);
      expect(actual?.logProbabilityChange).toBeCloseTo(expected?.logProbabilityChange ?? NaN, 5);
      expect(actual?.after.map(({ candidates }) => candidates.map(({ id }) => id))).toEqual(
        expected?.after.map(({ candidates }) => candidates.map(({ id }) => id)),
      );
    }
    expect(Math.max(...effects.map(({ klDivergence }) => klDivergence))).toBeGreaterThan(0);
  });

  test('a gate of one, and an ablation of nothing, change nothing', async () => {
    const { effects, before } = await ablate({
      ...request,
      ablations: [{ ...all, gate: 1 }, {}, { heads: [], feedForwards: [] }],
    });
    for (const { klDivergence, logProbabilityChange, after } of effects) {
      expect({ klDivergence, logProbabilityChange }).toEqual({
        klDivergence: 0,
        logProbabilityChange: 0,
      });
      expect(after).toEqual(before);
    }
  });

  test('everything can be switched off at once', async () => {
    const { effects } = await ablate({ ...request, ablations: [all] });
    expect(effects[0]?.klDivergence).toBeGreaterThan(0);
    for (const { watched } of effects[0]?.after ?? []) {
      expect(watched.probability).toBeGreaterThan(0);
      expect(watched.probability).toBeLessThan(1);
    }
  });

  test('effects are told as they come, in order', async () => {
    const { effects } = await ablate({ ...request, streamId: 's' });
    expect(started.effects.map(({ index }) => index)).toEqual([...heads.keys()]);
    expect(started.effects.every(({ total }) => total === heads.length)).toBe(true);
    expect(started.effects.map(({ effect }) => effect)).toEqual(effects);
  });

  test('a sweep that is cancelled in the middle ends there and leaves nothing behind', async () => {
    const expected = await ablate(request);
    const controller = new AbortController();
    const perSweep = runs;
    runs = 0;
    beforeRun = run => {
      if (run >= perSweep / 2) {
        controller.abort();
      }
    };
    expect(await codeOf(ablate({ ...request, streamId: 's' }, controller.signal))).toBe(
      'cancelled',
    );
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(runs).toBeLessThan(perSweep / 2 + 2);
    expect(started.effects.length).toBeLessThan(heads.length);
    beforeRun = undefined;
    const again = await ablate(request);
    expect(again.before).toEqual(expected.before);
    expect(again.effects).toEqual(expected.effects);
  });

  test('candidates, the watched token and a contrast agree with each other', async () => {
    const { before, effects } = await ablate({
      ...request,
      ablations: [{ heads: heads.slice(0, 1) }],
      watched: 7,
      contrast: [7, 9],
      top: 1000,
    });
    const [first] = before;
    const probabilityOf = (id: number) =>
      first?.candidates.find(candidate => candidate.id === id)?.probability ?? NaN;
    expect(first?.watched.probability).toBeCloseTo(probabilityOf(7), 9);
    expect(first?.candidates[(first.watched.rank || NaN) - 1]?.id).toBe(7);
    expect(first?.contrast).toBeCloseTo(Math.log(probabilityOf(7) / probabilityOf(9)), 5);
    const [effect] = effects;
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(effect?.contrastChange).toBeCloseTo(
      sum(
        (effect?.after ?? []).map(
          ({ contrast = NaN }, place) => contrast - (before[place]?.contrast ?? NaN),
        ),
      ),
      6,
    );
  });
});

test.each(['tiny-masked-bert', 'tiny-gpt2'])(
  'a sweep of %s takes a run for a layer, and not for a head',
  async modelId => {
    const { manifest } = readTiny(modelId);
    await ablate({ modelId, ...(modelId === 'tiny-masked-bert' && { masked: 2 }) });
    expect(headsOf(manifest).length).toBeGreaterThan(manifest.layers);
    expect(runs).toBe(1 + manifest.layers);
  },
);

describe.each(['tiny-gpt2', 'tiny-llama'])('%s', modelId => {
  const { manifest } = readTiny(modelId);
  const heads = headsOf(manifest);
  const ablation = { heads: heads.slice(0, 1) };
  const predict = (request: object = {}) => started.engine.predict({ modelId, text, ...request });

  test('never reads on from what was read with another ablation', async () => {
    const whole = await predict();
    const without = await predict({ ablation });
    expect(without.computed).toBe(without.source.length);
    expect(without.logits.values).not.toEqual(whole.logits.values);
    // Each keeps its own.
    expect((await predict({ ablation, appended: [5] })).computed).toBe(1);
    const appended = await predict({ appended: [5] });
    expect(appended.computed).toBe(1);
    const other = await predict({ ablation: { heads: heads.slice(1, 2) }, appended: [5] });
    expect(other.computed).toBe(other.source.length);
    await started.engine.load(readTiny(modelId));
    // Read at once, and from a prefix of the whole model.
    const anew = await predict({ appended: [5] });
    expect(largestDifference(anew.logits.values, appended.logits.values)).toBeLessThan(1e-4);
  });

  test('predicts, scores, generates and analyzes without a head what it ablates', async () => {
    const { effects } = await ablate({ modelId, ablations: [ablation], top: 5 });
    const [after] = effects[0]?.after ?? [];
    const predicted = await predict({ ablation, top: 5 });
    expect(predicted.candidates).toEqual(after?.candidates);
    const greedy = await started.engine.generate({
      ...{ modelId, text, ablation, maxNewTokens: 3, top: 5 },
      strategy: { kind: 'greedy' },
    });
    expect(greedy.candidates[0]?.map(({ id }) => id)).toEqual(
      after?.candidates.map(({ id }) => id),
    );
    const analysis = await started.engine.analyze({ modelId, text, ablation, top: 5 });
    expect(analysis.candidates.at(-1)?.map(({ id }) => id)).toEqual(
      after?.candidates.map(({ id }) => id),
    );
    const score = await started.engine.score({ modelId, text, ablation });
    const whole = await started.engine.score({ modelId, text });
    expect(score.logProbability).not.toBeCloseTo(whole.logProbability, 6);
  });

  test('knows the last token alone when everything is switched off', async () => {
    const all = { heads, feedForwards: feedForwardsOf(manifest) };
    const [one, other] = await Promise.all(
      ['the cat sat on the mat', 'mat on the sat cat mat'].map(each =>
        predict({ text: each, ablation: all }),
      ),
    );
    expect(one?.source.length).toBe(other?.source.length);
    expect(one?.source.at(-1)?.id).toBe(other?.source.at(-1)?.id);
    expect(largestDifference(one!.logits.values, other!.logits.values)).toBeLessThan(1e-4);
  });
});

const largestDifference = (one: Float32Array, other: Float32Array) =>
  Math.max(...one.map((value, id) => Math.abs(value - (other[id] ?? NaN))));

test('a translation is scored by what is measured, and written without the parts', async () => {
  const modelId = 'tiny-transformer';
  const request = { modelId, targetText: 'le chat' };
  const ablation: Ablation = { heads: [{ kind: 'cross', layer: 1, head: 0 }] };
  const { before, effects } = await ablate({ ...request, ablations: [ablation] });
  const scoreOf = async (options: object) =>
    (await started.engine.score({ ...request, text, ...options })).logProbabilities;
  const close = (values: readonly (number | undefined)[]) =>
    values.map(value => expect.closeTo(value ?? NaN, 6) as number);
  expect(before.map(({ watched }) => watched.logProbability)).toEqual(close(await scoreOf({})));
  expect(effects[0]?.after.map(({ watched }) => watched.logProbability)).toEqual(
    close(await scoreOf({ ablation })),
  );
  const { manifest } = readTiny(modelId);
  const texts = await Promise.all(
    [undefined, { heads: headsOf(manifest), feedForwards: feedForwardsOf(manifest) }].map(
      async all =>
        (
          await started.engine.generate({
            modelId,
            text,
            ablation: all,
            strategy: { kind: 'greedy' },
          })
        ).target,
    ),
  );
  expect(texts[0]).not.toEqual(texts[1]);
});

test('attention above an ablated head changes, and none below it', async () => {
  const modelId = 'tiny-bert';
  const attentionOf = async (ablation?: Ablation) =>
    (await started.engine.analyze({ modelId, text, ablation })).attentions[0]!;
  const whole = await attentionOf();
  const without = await attentionOf({ heads: [{ kind: 'encoder', layer: 0, head: 0 }] });
  const layer = whole.weights.length / whole.shape[0];
  expect(without.weights.subarray(0, layer)).toEqual(whole.weights.subarray(0, layer));
  expect(without.weights.subarray(layer)).not.toEqual(whole.weights.subarray(layer));
});

const bert = 'tiny-masked-bert';
const refused: readonly (readonly [why: string, request: object, message: RegExp])[] = [
  [
    'a layer that is not there',
    { heads: [{ kind: 'encoder', layer: 2, head: 0 }] },
    /no encoder layer 3, head 1: it has 2 encoder layers of \d heads/,
  ],
  [
    'a head that is not there',
    { heads: [{ kind: 'encoder', layer: 0, head: 99 }] },
    /no encoder layer 1, head 100/,
  ],
  ['a head of another kind', { heads: [{ kind: 'cross', layer: 0, head: 0 }] }, /no cross layer 1/],
  [
    'a network that is not there',
    { feedForwards: [{ kind: 'encoder', layer: 7 }] },
    /no feed-forward network in encoder layer 8/,
  ],
  ['a negative layer', { heads: [{ kind: 'encoder', layer: -1, head: 0 }] }, /must be at least 0/],
  ['half a head', { heads: [{ kind: 'encoder', layer: 0, head: 0.5 }] }, /must be a whole number/],
  ['a gate above one', { gate: 2 }, /gate must be at most 1/],
  ['a gate below nothing', { gate: -0.1 }, /gate must be at least 0/],
];

test.each(refused)('%s is refused, wherever it is asked for', async (_, ablation, message) => {
  const calls = [
    ablate({ modelId: bert, ablations: [ablation] }),
    started.engine.analyze({ modelId: bert, text, ablation }),
  ];
  for (const call of calls) {
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toMatchObject({ code: 'input-invalid' });
  }
});

const unable: readonly (readonly [
  request: Partial<AblateRequest> & { readonly modelId: string },
  RegExp,
])[] = [
  [{ modelId: 'tiny-ulmfit' }, /has no attention, and so no heads to switch off/],
  [{ modelId: 'tiny-seq2seq-lstm' }, /has no attention, and so no heads to switch off/],
  [{ modelId: 'tiny-bert' }, /without the head that fills a mask/],
  [{ modelId: bert, masked: 0 }, /masked 0 is no token of the text/],
  [{ modelId: bert, masked: 99 }, /masked 99 is no token of the text/],
  [{ modelId: bert, targetText: 'x' }, /is no translator/],
  [{ modelId: 'tiny-gpt2', masked: 1 }, /fills no masks/],
  [{ modelId: 'tiny-gpt2', watched: 1e6 }, /watched must be at most/],
  [{ modelId: 'tiny-gpt2', text: '' }, /empty/],
  [{ modelId: 'tiny-transformer', targetText: 'le chat', position: 99 }, /There is no token 99/],
];

test.each(unable)('%o is refused', async (request, message) => {
  await expect(ablate(request)).rejects.toThrow(message);
});
