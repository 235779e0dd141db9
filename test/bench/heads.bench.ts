/** Choosing, scoring and sorting the heads of a text, on tensors of the bundled models. */
import { expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import {
  attentionTokens,
  type AttentionTokens,
  ranked,
  roleScores,
  tellingHead,
} from '../../src/common/attention/headScores';
import { usualScores } from '../../src/common/protocol/usualHeads';
import type { Attention } from '../../src/common/protocol/engine/types';
import { startEngine } from '../parity/startEngine';
import { record } from './figures';
import { median } from './sideBySide';

/** Sentences with pronouns, of 128 tokens of BERT and about as many of SmolLM2. */
const text =
  'The cat sat on the mat because it was tired, and the old woman told the children that she had lost her keys. '.repeat(
    8,
  );
const rounds = 25;

function medianTime(run: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return median(times);
}

test.each([
  ['bert', '6 x 12 heads x 128 tokens', 20],
  ['smollm2', '30 x 9 heads x 128 tokens', 60],
] as const)('choosing the head of %s, %s', async (id, size, limit) => {
  const { engine, modelId } = await startEngine(inRoot('models', id));
  const analysis = await engine.analyze({ modelId, text });
  const [all] = analysis.attentions;
  expect(all).toBeDefined();
  if (!all) {
    return;
  }
  const attention = firstTokens(all, 128);
  const every = attentionTokens(analysis, attention.kind, [text]);
  const tokens: AttentionTokens = {
    ...every,
    queries: every.queries.slice(0, 128),
    keys: every.keys.slice(0, 128),
  };
  const usual = usualScores(analysis.usualHeads, attention)?.telling;
  expect(tellingHead(attention, tokens, usual)).toBeDefined();
  record({
    name: `choosing the most telling head, ${size}`,
    value: medianTime(() => tellingHead(attention, tokens, usual)),
    unit: 'ms',
    limit,
  });
  record({
    name: `all roles of all heads, ${size}`,
    value: medianTime(() => roleScores(attention, tokens)),
    unit: 'ms',
  });
  const { previous } = roleScores(attention, tokens);
  record({
    name: `sorting the heads, ${size}`,
    value: medianTime(() => ranked(previous, attention)),
    unit: 'ms',
    limit: 16,
  });
});

/** The attention among the first tokens: weights as the model gave them, of a matrix that is cut. */
function firstTokens({ kind, shape, weights }: Attention, count: number): Attention {
  const [layers, heads, queries, keys] = shape;
  expect(queries).toBeGreaterThanOrEqual(count);
  const cut = new Float32Array(layers * heads * count * count);
  for (let head = 0; head < layers * heads; head++) {
    for (let query = 0; query < count; query++) {
      const start = (head * queries + query) * keys;
      cut.set(weights.subarray(start, start + count), (head * count + query) * count);
    }
  }
  return { kind, shape: [layers, heads, count, count], weights: cut };
}
