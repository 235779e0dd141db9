import { describe, expect, test } from 'vitest';
import { attentionRollout } from '../../../../../src/common/attention/beyondWeights';
import type { InsideAttention } from '../../../../../src/common/protocol/engine/types';
import {
  createWeightsMaker,
  rolledOutTo,
} from '../../../../../webview/attention/weights/shownWeights';
import type { WeightParts } from '../../../../../webview/attention/weights/weightsState';
import { kindsOf } from '../../../../../webview/attention/weights/weightKinds';
import { shownInWords } from '../../../../../webview/attention/weights/weightsChoice';
import { attention, layers, tokens } from '../../../common/attention/measures';

const size = tokens.length;

/** What a run gives of a layer; only its values and projection are looked at. */
const insideOf = (layer: number): InsideAttention => {
  const { values, projection } = layers[layer]!;
  return {
    kind: 'encoder',
    layer,
    queries: values,
    keys: values,
    values,
    outputs: values,
    projection,
  };
};
const partsOf = (...known: readonly number[]): WeightParts => ({
  inside: new Map(known.map(layer => [layer, insideOf(layer)])),
  changes: undefined,
});
const sums = (weights: Float32Array | undefined) =>
  Array.from({ length: size }, (_, row) =>
    (weights ?? new Float32Array()).slice(row * size, (row + 1) * size).reduce((a, b) => a + b, 0),
  );

describe('by value', () => {
  test('a head shows its lengths as shares of each row', () => {
    const head = { layer: 1, head: 2 };
    const made = createWeightsMaker()('values', attention, [head], partsOf(1));
    const lengths = layers[1]!.weighted.slice(2 * size * size, 3 * size * size);
    const first = lengths.slice(0, size);
    const sum = first.reduce((a, b) => a + b, 0);
    expect(Array.from(made ?? []).slice(0, size)).toEqual(
      Array.from(first, length => expect.closeTo(length / sum, 5) as number),
    );
    expect(sums(made).every(one => Math.abs(one - 1) < 1e-5)).toBe(true);
  });

  test('nothing is shown until the values of every chosen layer are there', () => {
    const make = createWeightsMaker();
    expect(make('values', attention, [], partsOf(0))).toBeUndefined();
    expect(make('values', attention, [], undefined)).toBeUndefined();
    expect(make('values', attention, [], partsOf(0, 1))).toHaveLength(size * size);
  });
});

describe('rolled out', () => {
  test.each([
    ['all heads', [], 1],
    ['a head of the first layer', [{ layer: 0, head: 3 }], 0],
    [
      'heads of both',
      [
        { layer: 1, head: 0 },
        { layer: 0, head: 3 },
      ],
      1,
    ],
  ])('to the layer of %s', (_, choice, layer) => {
    expect(rolledOutTo(choice, attention.shape)).toBe(layer);
    const made = createWeightsMaker()('rollout', attention, choice, undefined);
    const square = size * size;
    const expected = attentionRollout(attention).slice(layer * square, (layer + 1) * square);
    expect([...(made ?? [])]).toEqual([...Float32Array.from(expected)]);
  });
});

test('changes are shown as shares of each row', () => {
  const changes = new Float64Array(size * size);
  changes.set([0, 0.5, 1.5]);
  const made = createWeightsMaker()('masking', attention, [], { inside: new Map(), changes });
  expect([...(made ?? [])].slice(0, 4)).toEqual([0, 0.25, 0.75, 0]);
});

test("the model's own weights are left to the page", () => {
  expect(createWeightsMaker()('raw', attention, [], partsOf(0, 1))).toBeUndefined();
});

test.each([
  [
    'BERT with a mask',
    'encoder-only',
    { mask: 103 },
    'encoder',
    ['raw', 'values', 'rollout', 'masking'],
  ],
  ['BERT without one', 'encoder-only', undefined, 'encoder', ['raw', 'values', 'rollout']],
  ['GPT-2', 'decoder-only', undefined, 'decoder', ['raw', 'values', 'rollout']],
  ['a translator at its source', 'encoder-decoder', undefined, 'cross', ['raw', 'values']],
] as const)('%s has its kinds', (_, family, ids, kind, kinds) => {
  expect(kindsOf({ family, ...(ids && { tokens: ids }) }, { ...attention, kind })).toEqual(kinds);
});

test('the picture says what it is of', () => {
  const choice = [{ layer: 1, head: 3 }];
  const { shape } = attention;
  expect(shownInWords('raw', choice, shape)).toBe('layer 2, head 4');
  expect(shownInWords('values', choice, shape)).toBe('layer 2, head 4, weighted by value');
  expect(shownInWords('rollout', choice, shape)).toBe('rollout to layer 2');
  expect(shownInWords('masking', choice, shape)).toContain('masked');
});
