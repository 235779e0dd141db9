import { afterAll, beforeAll, expect, test } from 'vitest';
import { inRoot } from '../../../../../scripts/paths.mjs';
import {
  Explainer,
  greedyRequestFor,
  type ExplanationRequest,
} from '../../../../../src/extension/features/completion/explainer';
import type { EngineClient } from '../../../../../src/common/engineClient/engineClient';
import type { Subject } from '../../../../../src/common/protocol/pages/subject';
import { startEngine } from '../../../../parity/startEngine';
import type { HeadPosition } from '../../../../../src/common/attention/attention';

let engine: EngineClient;
let modelId: string;
beforeAll(async () => {
  ({ engine, modelId } = await startEngine(inRoot('test/fixtures/tiny-llama')));
});
afterAll(() => engine.end());

const prompt = 'The cat sat on the mat';
const subjectOf = (text: string): Subject => ({
  modelId,
  segments: [{ text: prompt }, { text }],
  label: 'notes.md:1',
  cutLength: 0,
});

async function made(kind: 'greedy' | 'sample'): Promise<ExplanationRequest> {
  const request = {
    modelId,
    text: prompt,
    strategy: kind === 'greedy' ? { kind } : { kind, temperature: 0.8, topP: 0.9, seed: 1 },
    maxNewTokens: 8,
    loopGuard: true,
  };
  const { text } = await engine.generate(request);
  return {
    subject: subjectOf(text.slice(1, 6)),
    request,
    source: { start: 1, text: text.slice(1, 6) },
  };
}

test.each(['greedy', 'sample'] as const)(
  'a %s completion is made again, with the alternatives of each token',
  async kind => {
    const explainer = new Explainer(engine);
    const recipe = await made(kind);
    explainer.remember(recipe);
    const { id, tokens, offered, text, promptTokens, layers, heads, isSampled } =
      await explainer.explain(recipe.subject);
    expect(text.slice(offered.start, offered.end)).toBe(recipe.subject.segments[1]?.text);
    expect(isSampled).toBe(kind === 'sample');
    expect(tokens).toHaveLength(8);
    for (const { token, probability, rank, candidates } of tokens) {
      expect(candidates).toHaveLength(5);
      if (kind === 'greedy') {
        expect(rank).toBe(1);
        expect(candidates[0]?.id).toBe(token.id);
      }
      const same = candidates.find(({ id }) => id === token.id);
      expect(same?.probability ?? probability).toBeCloseTo(probability, 6);
    }
    const all = Array.from({ length: layers * heads }, (_, i) => ({
      layer: Math.floor(i / heads),
      head: i % heads,
    }));
    for (const index of tokens.keys()) {
      const weights = explainer.attentionOf({ id, index, heads: all });
      expect(weights).toHaveLength(promptTokens.length + index);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    }
    const ranks = await explainer.rankByLayer({ id, index: 3 });
    expect(ranks).toHaveLength(layers + 1);
    expect(ranks?.at(-1)?.rank).toBe(tokens[3]?.rank);
    expect(ranks?.at(-1)?.probability).toBeCloseTo(tokens[3]?.probability ?? 0, 5);
  },
);

test('a completion that is no longer known is made again as the greedy one', async () => {
  const { subject } = await made('greedy');
  const { text, offered } = await new Explainer(engine).explain(subject);
  expect(text.slice(offered.start, offered.end)).toBe(subject.segments[1]?.text);
});

test('a text that cannot be made again, or is no completion, is refused with a reason', async () => {
  const explainer = new Explainer(engine);
  await expect(explainer.explain(subjectOf('never written'))).rejects.toThrow('made again');
  await expect(explainer.explain(undefined)).rejects.toThrow('No completion');
  const recipe = await made('greedy');
  explainer.remember(recipe);
  const { id } = await explainer.explain(recipe.subject);
  const ask = (index: number, heads: readonly HeadPosition[]) => () =>
    explainer.attentionOf({ id, index, heads });
  expect(ask(0, [{ layer: 99, head: 0 }])).toThrow('no such layer');
  expect(ask(0, [])).toThrow('no such layer');
  expect(ask(99, [{ layer: 0, head: 0 }])).toThrow('no such token');
  expect(() => greedyRequestFor({ ...subjectOf('x'), segments: [{ text: 'x' }] })).toThrow(
    'No completion',
  );
});

test('an explanation that never was, or that another has replaced, answers nothing', async () => {
  const explainer = new Explainer(engine);
  const ask = (id: string) =>
    explainer.attentionOf({ id, index: 0, heads: [{ layer: 0, head: 0 }] });
  expect(() => ask('1')).toThrow('has ended');
  const recipe = await made('greedy');
  explainer.remember(recipe);
  const older = await explainer.explain(recipe.subject);
  const newer = await explainer.explain(recipe.subject);
  expect(() => ask(older.id)).toThrow('has ended');
  await expect(explainer.rankByLayer({ id: older.id, index: 0 })).rejects.toThrow('has ended');
  expect(ask(newer.id).length).toBeGreaterThan(0);
  explainer.remember(recipe);
  expect(() => ask(newer.id)).toThrow('has ended');
});

test('a completion by an LSTM, which has no attention, is refused with a reason', async () => {
  const lstm = await startEngine(inRoot('test/fixtures/tiny-ulmfit'));
  const explainer = new Explainer(lstm.engine);
  const subject = { ...subjectOf('x'), modelId: lstm.modelId };
  await expect(explainer.explain(subject)).rejects.toThrow('it is an LSTM');
  lstm.engine.end();
});
