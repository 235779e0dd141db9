import { describe, expect, test } from 'vitest';
import { rankEffects } from '../../../../src/common/attention/ablationRanking';
import {
  attentionLayersOf,
  feedForwardsOf,
  headsOf,
  wholeLayer,
} from '../../../../src/common/attention/modelParts';
import type { AblationEffect } from '../../../../src/common/protocol/engine/ablate';

const shape = { layers: 3, heads: 4 };

test.each([
  ['bert', ['encoder'], 12, 3],
  ['gpt2', ['decoder'], 12, 3],
  ['llama', ['decoder'], 12, 3],
  ['transformer', ['encoder', 'decoder', 'cross'], 36, 6],
  ['lstm-attention', ['cross'], 1, 0],
  ['lstm', [], 0, 0],
] as const)('the parts of a %s', (architecture, kinds, heads, networks) => {
  const model = { ...shape, architecture };
  expect(attentionLayersOf(model).map(({ kind }) => kind)).toEqual(kinds);
  expect(headsOf(model)).toHaveLength(heads);
  expect(new Set(headsOf(model).map(part => JSON.stringify(part))).size).toBe(heads);
  expect(feedForwardsOf(model)).toHaveLength(networks);
});

describe('a whole layer', () => {
  const model = { ...shape, architecture: 'transformer' } as const;

  test('of an encoder is its heads and its network', () => {
    const { heads, feedForwards } = wholeLayer(model, { kind: 'encoder', layer: 1 });
    expect(heads).toEqual([0, 1, 2, 3].map(head => ({ kind: 'encoder', layer: 1, head })));
    expect(feedForwards).toEqual([{ kind: 'encoder', layer: 1 }]);
  });

  test('of a decoder has cross-attention too', () => {
    const { heads = [] } = wholeLayer(model, { kind: 'decoder', layer: 2 });
    expect(heads.map(({ kind }) => kind)).toEqual([
      ...Array<string>(4).fill('decoder'),
      ...Array<string>(4).fill('cross'),
    ]);
  });

  test('all layers together are all parts', () => {
    const layers = feedForwardsOf(model).map(layer => wholeLayer(model, layer));
    expect(layers.flatMap(({ heads = [] }) => heads)).toHaveLength(headsOf(model).length);
  });

  test('that there is not has nothing', () => {
    expect(wholeLayer(model, { kind: 'encoder', layer: 9 })).toEqual({
      heads: [],
      feedForwards: [],
    });
  });
});

test('effects are ranked by their size, whatever the sign, and keep their order where equal', () => {
  const effect = (name: number, klDivergence: number, logProbabilityChange: number) =>
    ({
      ablation: { gate: name },
      klDivergence,
      logProbabilityChange,
      after: [],
    }) satisfies AblationEffect;
  const effects = [effect(0, 1, -3), effect(0.1, 2, 1), effect(0.2, 1, 2)];
  const order = (by: Parameters<typeof rankEffects>[1]) =>
    rankEffects(effects, by).map(({ ablation }) => ablation.gate);
  expect(order('klDivergence')).toEqual([0.1, 0, 0.2]);
  expect(order('logProbabilityChange')).toEqual([0, 0.2, 0.1]);
  expect(order('contrastChange')).toEqual([0, 0.1, 0.2]);
});
