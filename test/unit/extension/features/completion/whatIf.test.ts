import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { inRoot } from '../../../../../scripts/paths.mjs';
import type { EngineClient } from '../../../../../src/common/engineClient/engineClient';
import { logSoftmax } from '../../../../../src/common/math/logits';
import { offerOfBranch } from '../../../../../src/extension/features/completion/alternativeOffer';
import {
  Explainer,
  type ExplanationRequest,
} from '../../../../../src/extension/features/completion/explainer';
import type { CompletionRequest } from '../../../../../src/extension/features/completion/generation';
import { startEngine } from '../../../../parity/startEngine';

vi.mock('vscode', () => ({ l10n: { t: (message: string) => message } }));

let engine: EngineClient;
let modelId: string;
beforeAll(async () => {
  ({ engine, modelId } = await startEngine(inRoot('test/fixtures/tiny-llama')));
});
afterAll(() => engine.end());

const prompt = 'The cat sat on the mat';

async function explained() {
  const request: CompletionRequest = {
    ...{ modelId, text: prompt, maxNewTokens: 8, loopGuard: false },
    strategy: { kind: 'greedy' },
  };
  const { text } = await engine.generate(request);
  const context = { before: prompt, after: '', isProse: true };
  const whole: ExplanationRequest = {
    subject: { modelId, segments: [{ text: prompt }, { text }], label: 'notes.md:1', cutLength: 0 },
    request,
    source: { start: 0, text },
    place: { context, offered: { text, replacedLength: 0 } },
  };
  const explainer = new Explainer(engine);
  explainer.remember(whole);
  return { explainer, explanation: await explainer.explain(whole.subject), subject: whole.subject };
}

describe('a part of the prompt that is left out', () => {
  test('moves the probabilities as one prediction after another says', async () => {
    const { explainer, explanation } = await explained();
    const { id, promptTokens, tokens } = explanation;
    const leftOut = [{ start: 1, end: 3 }];
    const { probabilities } = await explainer.leaveOut({ id, leftOut });
    const before = promptTokens.filter((_, index) => index < 1 || index >= 3);
    for (const [index, { token }] of tokens.entries()) {
      const appended = [...before, ...tokens.slice(0, index).map(one => one.token)];
      const { logits } = await engine.predict({
        modelId,
        text: '',
        appended: appended.map(one => one.id),
      });
      const expected = Math.exp(logSoftmax(logits.values)[token.id]!);
      expect(probabilities[index]).toBeCloseTo(expected, 5);
    }
  });

  test('that is nothing changes nothing; all of it leaves the first token without a probability', async () => {
    const { explainer, explanation } = await explained();
    const { id, promptTokens, tokens } = explanation;
    const nothing = await explainer.leaveOut({ id, leftOut: [] });
    tokens.forEach(({ probability }, index) => {
      expect(nothing.probabilities[index]).toBeCloseTo(probability, 5);
    });
    const all = await explainer.leaveOut({
      id,
      leftOut: [{ start: 0, end: promptTokens.length }],
    });
    expect(all.probabilities[0]).toBeUndefined();
    expect(all.probabilities[1]).toBeGreaterThan(0);
    const beyond = { id, leftOut: [{ start: 0, end: promptTokens.length + 1 }] };
    await expect(explainer.leaveOut(beyond)).rejects.toThrow('no such tokens');
    await expect(explainer.leaveOut({ id: 'older', leftOut: [] })).rejects.toThrow('has ended');
  });
});

describe('another token', () => {
  test('is continued as the model continues it, and what was taken can be explained', async () => {
    const { explainer, explanation, subject } = await explained();
    const { id, tokens } = explanation;
    const index = 2;
    const other = tokens[index]?.candidates.find(one => one.id !== tokens[index]?.token.id);
    const tokenId = other?.id ?? -1;
    const alternative = await explainer.writeFrom({ id, index, tokenId });
    const appended = [...tokens.slice(0, index).map(({ token }) => token.id), tokenId];
    const again = await engine.generate({
      ...{ modelId, text: prompt, appended, maxNewTokens: 8 - appended.length },
      strategy: { kind: 'greedy' },
    });
    expect(alternative.tokens).toHaveLength(1 + again.target.length);
    expect(alternative.tokens[0]?.probability).toBeCloseTo(other?.probability ?? NaN, 6);
    again.logProbabilities.forEach((each, place) => {
      expect(alternative.tokens[place + 1]?.probability).toBeCloseTo(Math.exp(each), 5);
    });
    const toTake = explainer.alternativeToTake(id);
    expect(toTake?.offer.text).toBe(alternative.text);
    const taken = {
      ...subject,
      segments: [{ text: prompt }, { text: alternative.text }] as const,
    };
    explainer.remember({ ...toTake!.request, subject: taken });
    const next = await explainer.explain(taken);
    expect(next.tokens.map(({ token }) => token.id)).toEqual([
      ...appended,
      ...again.target.map(one => one.id),
    ]);
    expect(next.prompt).toBe(prompt);
    expect(next.promptTokens).toEqual(explanation.promptTokens);
    for (const [place, { probability, candidates }] of next.tokens.entries()) {
      const shared = place < index ? tokens[place]?.probability : undefined;
      expect(probability).toBeCloseTo(shared ?? probability, 5);
      expect(candidates).toHaveLength(5);
    }
    const weights = explainer.attentionOf({
      ...{ id: next.id, index: 3 },
      heads: [{ layer: 0, head: 0 }],
    });
    expect(weights).toHaveLength(next.promptTokens.length + 3);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
  });

  test('that is not in the place, or of a text that has ended, is refused', async () => {
    const { explainer, explanation } = await explained();
    const { id } = explanation;
    await expect(explainer.writeFrom({ id, index: 99, tokenId: 1 })).rejects.toThrow(
      'no such token',
    );
    await expect(explainer.writeFrom({ id, index: 0, tokenId: 1e9 })).rejects.toThrow(/appended/u);
    expect(explainer.alternativeToTake(id)).toBeUndefined();
    await expect(explainer.writeFrom({ id: '0', index: 0, tokenId: 1 })).rejects.toThrow(
      'has ended',
    );
  });
});

describe('the offer of an alternative', () => {
  const context = { before: 'x = [1, 2', after: ']', isProse: false, languageId: 'python' };
  const place = { context, offered: { text: ', 3', replacedLength: 0 } };
  const offer = (text: string, own = ', 3', start = 0, source = ', 3') =>
    offerOfBranch({ text, finish: 'length' }, own, { source: { start, text: source }, place });

  test('ends as an offer would, and swallows the bracket that it closes itself', () => {
    expect(offer(', 4]\ny = 2\n').offer).toEqual({ text: ', 4]', replacedLength: 1 });
  });

  test('keeps the end of the word that was typed, and cannot stand where it has another', () => {
    expect(offer('2, 5', '2, 3', 1).offer.text).toBe(', 5');
    expect(offer('7, 5', '2, 3', 1).obstacle).toMatch(/had typed/u);
  });

  test('has the white space that brought the caret to its level', () => {
    const deeper = {
      context: { before: 'def f():\n', after: '', isProse: false },
      offered: { text: '    return 1', replacedLength: 0 },
    };
    const source = { start: 0, text: 'return 1' };
    const branch = { text: 'pass', finish: 'stop' } as const;
    expect(offerOfBranch(branch, 'return 1', { source, place: deeper }).offer.text).toBe(
      '    pass',
    );
  });

  test('that is nothing, or has no place any more, says so', () => {
    expect(offer('  ').obstacle).toMatch(/nothing/u);
    const unknown = offerOfBranch({ text: ' a', finish: 'stop' }, ' b', {
      source: { start: 0, text: ' b' },
    });
    expect(unknown.obstacle).toMatch(/reloaded/u);
    expect(unknown.offer.text).toBe(' a');
  });
});
