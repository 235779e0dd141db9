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
  'a %s completion is made again, with what the model thought of in place of each token',
  async kind => {
    const explainer = new Explainer(engine);
    const recipe = await made(kind);
    explainer.remember(recipe);
    const { tokens, offered, text, promptTokens, layers, heads, isSampled } =
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
      const weights = explainer.lookedAt(index, all);
      expect(weights).toHaveLength(promptTokens.length + index);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    }
    const standings = await explainer.standings(3);
    expect(standings).toHaveLength(layers + 1);
    expect(standings?.at(-1)?.rank).toBe(tokens[3]?.rank);
    expect(standings?.at(-1)?.probability).toBeCloseTo(tokens[3]?.probability ?? 0, 5);
  },
);

test('a completion that is no longer known is made again as the greedy one', async () => {
  const { subject } = await made('greedy');
  const { text, offered } = await new Explainer(engine).explain(subject);
  expect(text.slice(offered.start, offered.end)).toBe(subject.segments[1]?.text);
});

test('what cannot be made again, and what is no completion, is refused in words', async () => {
  const explainer = new Explainer(engine);
  await expect(explainer.explain(subjectOf('never written'))).rejects.toThrow('made again');
  await expect(explainer.explain(undefined)).rejects.toThrow('No completion');
  expect(() => explainer.lookedAt(0, [{ layer: 0, head: 0 }])).toThrow('no such token');
  const recipe = await made('greedy');
  explainer.remember(recipe);
  await explainer.explain(recipe.subject);
  expect(() => explainer.lookedAt(0, [{ layer: 99, head: 0 }])).toThrow('no such layer');
  expect(() => explainer.lookedAt(0, [])).toThrow('no such layer');
  expect(() => explainer.lookedAt(99, [{ layer: 0, head: 0 }])).toThrow('no such token');
  expect(() => greedyRequestFor({ ...subjectOf('x'), segments: [{ text: 'x' }] })).toThrow(
    'No completion',
  );
});

test('a completion by an LSTM, which looks at nothing, is refused in words', async () => {
  const lstm = await startEngine(inRoot('test/fixtures/tiny-ulmfit'));
  const explainer = new Explainer(lstm.engine);
  const subject = { ...subjectOf('x'), modelId: lstm.modelId };
  await expect(explainer.explain(subject)).rejects.toThrow('it is an LSTM');
  lstm.engine.end();
});
