import { beforeAll, describe, expect, test } from 'vitest';
import { tapGraph } from '../../../../src/engine/onnx/graphTaps';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Attention, AttentionLayer } from '../../../../src/common/protocol/engine/types';
import {
  headOf,
  mixOf,
  sharedHead,
  stepsOf,
  sumOf,
  termsOf,
  vectorsOf,
} from '../../../../webview/insideHead/attentionHead';
import { readModel, readTiny } from '../modelFolder';
import { codeOf, startEngine } from '../startEngine';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

const tolerance = 1e-4;
const kinds = ['encoder', 'decoder', 'cross'] as const;
const text = 'The animal did not cross the street because it was too tired.';

let started: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  started = await startEngine();
  return () => started.close();
});

/** The largest difference of what is worked out from queries, keys and values to what the graph itself gave. */
function largestDifference(analysis: Analysis, { kind, layer }: AttentionLayer): number {
  const inside = analysis.inside!;
  const attention = analysis.attentions.find(one => one.kind === kind)!;
  const [, heads, queries, keys] = attention.shape;
  const size = inside.queries.shape[2];
  expect(inside).toMatchObject({ kind, layer });
  expect(inside.queries.shape).toEqual([heads, queries, size]);
  expect(inside.keys.shape.slice(1)).toEqual([keys, size]);
  expect(inside.values.shape.slice(0, 2)).toEqual([inside.keys.shape[0], keys]);
  expect(heads % inside.keys.shape[0]).toBe(0);
  const valueSize = inside.values.shape[2];
  expect(inside.outputs.shape).toEqual([heads, queries, valueSize]);
  let largest = 0;
  for (let head = 0; head < heads; head++) {
    const own = vectorsOf(inside.outputs, heads, head);
    for (let query = 0; query < queries; query++) {
      const { weights, output } = stepsOf(headOf(inside, head), query);
      weights.forEach((weight, key) => {
        const index = ((layer * heads + head) * queries + query) * keys + key;
        largest = Math.max(largest, Math.abs(weight - attention.weights[index]!));
      });
      output.forEach((value, index) => {
        largest = Math.max(largest, Math.abs(value - own[query * valueSize + index]!));
      });
    }
  }
  return largest;
}

/** The kinds of attention of each, and the layers of them that are looked into. */
const models: readonly (readonly [
  name: string,
  read: () => ReturnType<typeof readModel>,
  kinds: readonly Attention['kind'][],
  layers: 'all' | 'first' | 'ends',
])[] = [
  ['the shipped Transformer', () => readModel('models/transformer'), kinds, 'all'],
  ['a tiny Transformer', () => readTiny('tiny-transformer'), kinds, 'all'],
  ['the shipped BERT', () => readModel('models/bert'), ['encoder'], 'all'],
  ['a tiny BERT', () => readTiny('tiny-bert'), ['encoder'], 'all'],
  ['a tiny BERT with a head', () => readTiny('tiny-masked-bert'), ['encoder'], 'all'],
  ['the shipped GPT-2', () => readModel('models/gpt2'), ['decoder'], 'all'],
  ['a tiny GPT-2', () => readTiny('tiny-gpt2'), ['decoder'], 'all'],
  ['the shipped SmolLM2', () => readModel('models/smollm2'), ['decoder'], 'ends'],
  ['a tiny Llama', () => readTiny('tiny-llama'), ['decoder'], 'all'],
  ['the shipped LSTM', () => readModel('models/seq2seq-attention'), ['cross'], 'first'],
  ['a tiny LSTM', () => readTiny('tiny-seq2seq-attention'), ['cross'], 'first'],
];

describe.each(models)('inside %s', (_, read, itsKinds, layers) => {
  let manifest: ReturnType<typeof read>['manifest'];
  let request: { readonly modelId: string; readonly text: string; readonly targetText?: string };
  beforeAll(async () => {
    const files = read();
    ({ manifest } = files);
    const isTranslator = manifest.family === 'encoder-decoder';
    request = {
      ...{ modelId: manifest.id, text },
      ...(isTranslator && { targetText: 'Il était fatigué.' }),
    };
    await started.engine.load(files);
    return () => started.engine.unload({ modelId: manifest.id });
  });

  test.each(itsKinds)(
    'weights and outputs of its %s attention follow from queries, keys and values',
    async kind => {
      const all = Array.from({ length: manifest.layers }, (_, layer) => layer);
      const ends = [...all.slice(0, 1), ...all.slice(-1)];
      for (const layer of { all, ends, first: all.slice(0, 1) }[layers]) {
        const inside = { kind, layer };
        const analysis = await started.engine.analyze({ ...request, inside });
        expect(largestDifference(analysis, inside), `layer ${layer}`).toBeLessThan(tolerance);
      }
    },
  );

  test('nothing is told unasked, and a layer that it has not is refused', async () => {
    const plain = await started.engine.analyze(request);
    expect(plain.inside).toBeUndefined();
    const unknown = [
      ...itsKinds.map(kind => ({ kind, layer: manifest.layers })),
      ...kinds.filter(kind => !itsKinds.includes(kind)).map(kind => ({ kind, layer: 0 })),
    ];
    for (const inside of unknown) {
      expect(await codeOf(started.engine.analyze({ ...request, inside }))).toBe('input-invalid');
    }
  });
});

test.each([
  ['the shipped SmolLM2', () => readModel('models/smollm2')],
  ['a tiny Llama', () => readTiny('tiny-llama')],
])(
  'queries and keys of %s are turned by their place, which changes no length and at the first no number',
  async (_, read) => {
    const files = read();
    await started.engine.load(files);
    const { inside } = await started.engine.analyze({
      ...{ modelId: files.manifest.id, text },
      inside: { kind: 'decoder', layer: 1 },
    });
    const { queries, keys, beforeRotation } = inside!;
    expect(queries.shape[0]).toBe(files.manifest.heads);
    expect(keys.shape[0]).toBe(files.manifest.keyValueHeads);
    for (const [turned, before] of [
      [queries, beforeRotation!.queries],
      [keys, beforeRotation!.keys],
    ] as const) {
      const [heads, tokens, size] = turned.shape;
      expect(before.shape).toEqual([heads, tokens, size]);
      for (let row = 0; row < heads * tokens; row++) {
        const [after, own] = [turned, before].map(({ values }) =>
          values.slice(row * size, (row + 1) * size),
        );
        // The pairs that are turned together are half of the size apart.
        for (let index = 0; index < size / 2; index++) {
          const length = (vector: Float32Array) =>
            Math.hypot(vector[index]!, vector[index + size / 2]!);
          const difference = Math.abs(length(after!) - length(own!));
          expect(difference / Math.max(1, length(own!))).toBeLessThan(tolerance);
        }
        const isSame = after!.every((value, index) => Math.abs(value - own![index]!) < 1e-6);
        expect(isSame).toBe(row % tokens === 0);
      }
    }
    await started.engine.unload({ modelId: files.manifest.id });
  },
);

test('a text that is read in parts has inside it the tokens of all of them', async () => {
  const files = readModel('models/gpt2');
  await started.engine.load(files);
  const long = 'The animal did not cross the street because it was too tired. '.repeat(6);
  const inside = { kind: 'decoder', layer: 3 } as const;
  const analysis = await started.engine.analyze({
    ...{ modelId: files.manifest.id, text: long, inside },
  });
  // As many as are read at once.
  expect(analysis.source.length).toBeGreaterThan(64);
  expect(largestDifference(analysis, inside)).toBeLessThan(tolerance);
  await started.engine.unload({ modelId: files.manifest.id });
});

test.each([
  ['the shipped', () => readModel('models/seq2seq-attention')],
  ['a tiny', () => readTiny('tiny-seq2seq-attention')],
])(
  'the context of %s additive attention is the mean of the states under its weights',
  async (_, read) => {
    const files = read();
    await started.engine.load(files);
    const { attentions, hiddenStates, contexts, source, target } = await started.engine.analyze({
      modelId: files.manifest.id,
      text,
      targetText: 'Il était fatigué.',
      hiddenStates: true,
    });
    const [layers, , size] = hiddenStates!.shape;
    const states = hiddenStates!.values.slice((layers - 1) * source.length * size);
    target.forEach((__, step) => {
      const weights = attentions[0]!.weights.slice(
        step * source.length,
        (step + 1) * source.length,
      );
      const mix = mixOf(states, size, [...weights]);
      const context = contexts!.values.slice(step * size, (step + 1) * size);
      const largest = Math.max(...mix.map((value, index) => Math.abs(value - context[index]!)));
      expect(largest).toBeLessThan(tolerance);
    });
  },
);

test('a graph stays as it is but for what is added at its end', () => {
  const graph = readTiny('tiny-transformer').graphs['encoder']!;
  const tapped = tapGraph(graph, ['encoder.0.attention.mixed', 'no.such.tensor']);
  const [before, after] = [new Uint8Array(graph), new Uint8Array(tapped)];
  expect(after.subarray(0, before.length)).toEqual(before);
  // Field 7 of the model, field 12 of the graph, field 1 of the value; and no tensor that there is not.
  expect([...after.subarray(before.length, before.length + 6)]).toEqual([58, 29, 98, 27, 10, 25]);
  expect(new TextDecoder().decode(after.subarray(before.length + 6))).toBe(
    'encoder.0.attention.mixed',
  );
  expect(tapGraph(graph, ['no.such.tensor'])).toBe(graph);
});

describe('a query', () => {
  /** Two keys of two dimensions. */
  const head = {
    queries: Float32Array.of(1, 2, 3, 4),
    keys: Float32Array.of(1, 0, 0, 2),
    values: Float32Array.of(10, 20, 30, 40),
    size: 2,
    valueSize: 2,
    isMasked: false,
  };

  test('goes from products to scores, weights and the output', () => {
    const { products, scores, masked, weights, output } = stepsOf(head, 0);
    expect(products).toEqual([1, 4]);
    expect(scores).toEqual([1 / Math.SQRT2, 4 / Math.SQRT2]);
    expect(masked).toEqual(scores);
    const share = 1 / (1 + Math.exp(3 / Math.SQRT2));
    expect(weights[0]).toBeCloseTo(share, 12);
    expect(weights[1]).toBeCloseTo(1 - share, 12);
    expect(output[0]).toBeCloseTo(10 * share + 30 * (1 - share), 5);
  });

  test('sees nothing that comes later where it is masked', () => {
    const { products, masked, weights, output } = stepsOf({ ...head, isMasked: true }, 0);
    expect(products).toEqual([1, 4]);
    expect(masked[1]).toBe(-Infinity);
    expect(weights).toEqual([1, 0]);
    expect([...output]).toEqual([10, 20]);
  });

  test('is multiplied with a key dimension by dimension', () => {
    const terms = termsOf(head, 1, 1);
    expect([...terms]).toEqual([0, 8]);
    expect(sumOf(terms)).toBe(8);
  });

  test('is added to a key in additive attention, and what comes of it is not scaled', () => {
    const additive = { ...head, scoreVector: Float32Array.of(2, -1) };
    const { products, scores } = stepsOf(additive, 0);
    expect(products[0]).toBeCloseTo(2 * Math.tanh(2) - Math.tanh(2), 6);
    expect(products[1]).toBeCloseTo(2 * Math.tanh(1) - Math.tanh(4), 6);
    expect(scores).toEqual(products);
  });

  test('shares keys and values with its neighbours where there are fewer of them', () => {
    expect(Array.from({ length: 9 }, (_, own) => sharedHead(3, 9, own))).toEqual([
      0, 0, 0, 1, 1, 1, 2, 2, 2,
    ]);
  });
});
