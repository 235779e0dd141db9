import { expect, test } from 'vitest';
import type { Ablation } from '../../../../src/common/protocol/engine/ablation';
import { gateFeeds, variantRows } from '../../../../src/engine/onnx/gates';
import { readTiny } from '../modelFolder';

const { manifest } = readTiny('tiny-transformer'); // 2 layers of 2 heads.
const graphOf = (inputs: readonly string[]) => ({
  inputs,
  outputs: [],
  run: () => Promise.reject(new Error('is not run')),
});
const all = graphOf(['head_gates', 'cross_head_gates', 'feed_forward_gates']);

test('all gates are open unless something is switched off', () => {
  expect(gateFeeds(all, manifest, 'decoder')).toEqual({
    head_gates: { dims: [2, 2], values: Float32Array.of(1, 1, 1, 1) },
    cross_head_gates: { dims: [2, 2], values: Float32Array.of(1, 1, 1, 1) },
    feed_forward_gates: { dims: [2], values: Float32Array.of(1, 1) },
  });
});

test('each part closes its own gate, on its own side', () => {
  const ablation: Ablation = {
    heads: [
      { kind: 'decoder', layer: 1, head: 0 },
      { kind: 'cross', layer: 0, head: 1 },
      { kind: 'encoder', layer: 0, head: 0 },
    ],
    feedForwards: [{ kind: 'decoder', layer: 1 }],
    gate: 0.25,
  };
  expect(gateFeeds(all, manifest, 'decoder', [ablation])).toEqual({
    head_gates: { dims: [2, 2], values: Float32Array.of(1, 1, 0.25, 1) },
    cross_head_gates: { dims: [2, 2], values: Float32Array.of(1, 0.25, 1, 1) },
    feed_forward_gates: { dims: [2], values: Float32Array.of(1, 0.25) },
  });
  expect(
    gateFeeds(graphOf(['head_gates', 'feed_forward_gates']), manifest, 'encoder', [ablation]),
  ).toEqual({
    head_gates: { dims: [2, 2], values: Float32Array.of(0.25, 1, 1, 1) },
    feed_forward_gates: { dims: [2], values: Float32Array.of(1, 1) },
  });
});

test('variants share what is below the first of them', () => {
  const bert = readTiny('tiny-masked-bert').manifest; // 2 layers of 4 heads.
  const graph = graphOf(['head_gates', 'head_gate_rows', 'feed_forward_gates']);
  const variants = [2, 3].map(head => ({ heads: [{ kind: 'encoder', layer: 1, head } as const] }));
  const feeds = gateFeeds(graph, bert, 'encoder', variants);
  expect(feeds['head_gate_rows']).toEqual([1, 2]);
  expect(feeds['head_gates']).toEqual({
    dims: [3, 4],
    values: Float32Array.of(...[1, 1, 1, 1], ...[1, 1, 0, 1], ...[1, 1, 1, 0]),
  });
  expect(variantRows(bert, [{}])).toEqual([1, 1]);
});

test('a graph without gates runs the whole model, and refuses an ablation', () => {
  const old = graphOf(['input_ids']);
  expect(gateFeeds(old, manifest, 'decoder')).toEqual({});
  const parts: readonly Ablation[] = [
    { heads: [{ kind: 'decoder', layer: 0, head: 0 }] },
    { heads: [{ kind: 'cross', layer: 0, head: 0 }] },
  ];
  for (const part of parts) {
    expect(() => gateFeeds(old, manifest, 'decoder', [part])).toThrow(/exported without gates/);
    // They are no parts of this side.
    expect(gateFeeds(old, manifest, 'encoder', [part])).toEqual({});
  }
});
