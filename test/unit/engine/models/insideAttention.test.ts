import { beforeAll, describe, expect, test } from 'vitest';
import { tapGraph } from '../../../../src/engine/onnx/graphTaps';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Attention } from '../../../../src/common/protocol/engine/types';
import {
  headOf,
  mixOf,
  stepsOf,
  sumOf,
  termsOf,
  vectorAt,
} from '../../../../webview/stage/math/attentionHead';
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
function largestDifference(analysis: Analysis, kind: Attention['kind'], layer: number): number {
  const inside = analysis.inside!;
  const attention = analysis.attentions.find(one => one.kind === kind)!;
  const [, heads, queries, keys] = attention.shape;
  const size = inside.queries.shape[2];
  expect(inside).toMatchObject({ kind, layer });
  expect(inside.queries.shape).toEqual([heads, queries, size]);
  expect(inside.keys.shape).toEqual([heads, keys, size]);
  expect(inside.values.shape).toEqual([heads, keys, size]);
  let largest = 0;
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < queries; query++) {
      const { weights, output } = stepsOf(headOf(inside, head), query);
      weights.forEach((weight, key) => {
        const index = ((layer * heads + head) * queries + query) * keys + key;
        largest = Math.max(largest, Math.abs(weight - attention.weights[index]!));
      });
      output.forEach((value, index) => {
        const own = inside.outputs.values[(head * queries + query) * size + index]!;
        largest = Math.max(largest, Math.abs(value - own));
      });
    }
  }
  return largest;
}

describe.each([
  ['the shipped Transformer', () => readModel('models/transformer')],
  ['a tiny one', () => readTiny('tiny-transformer')],
])('inside %s', (_, read) => {
  const { manifest } = read();
  const modelId = manifest.id;
  beforeAll(async () => {
    await started.engine.load(read());
  });

  test.each(kinds)(
    'weights and outputs of its %s attention follow from queries, keys and values',
    async kind => {
      for (let layer = 0; layer < manifest.layers; layer++) {
        const analysis = await started.engine.analyze({
          modelId,
          text,
          targetText: 'Il était fatigué.',
          inside: { kind, layer },
        });
        expect(largestDifference(analysis, kind, layer)).toBeLessThan(tolerance);
      }
    },
  );

  test('nothing is told unasked, and a layer that it has not is refused', async () => {
    const targetText = 'Il';
    const plain = await started.engine.analyze({ modelId, text, targetText });
    expect(plain.inside).toBeUndefined();
    const inside = { kind: 'encoder', layer: manifest.layers } as const;
    const call = started.engine.analyze({ modelId, text, targetText, inside });
    expect(await codeOf(call)).toBe('input-invalid');
  });
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

test.each(['tiny-seq2seq-attention', 'tiny-bert'])('%s says that it shows none', async modelId => {
  await started.engine.load(readTiny(modelId));
  const inside = { kind: 'encoder', layer: 0 } as const;
  const call = started.engine.analyze({ modelId, text, inside });
  expect(await codeOf(call)).toBe('input-invalid');
});

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
    const terms = termsOf(vectorAt(head.queries, 2, 1), vectorAt(head.keys, 2, 1));
    expect([...terms]).toEqual([0, 8]);
    expect(sumOf(terms)).toBe(8);
  });
});
