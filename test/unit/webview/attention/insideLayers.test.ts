import { expect, test } from 'vitest';
import type { Analysis, AnalyzeRequest } from '../../../../src/common/protocol/engine/analyze';
import type { EngineClient } from '../../../../src/common/engineClient/engineClient';
import { EngineError } from '../../../../src/common/errors';
import type { Token } from '../../../../src/common/protocol/engine/types';
import { InsideLayers } from '../../../../webview/attention/insideLayers';
import type { Shown } from '../../../../webview/attention/text/shown';

const tokensOf = (...ids: number[]): readonly Token[] =>
  ids.map(id => ({
    ...{ id, text: `${id}`, start: 0, end: 1, segment: 0, isSpecial: false, word: 0 },
  }));

/** A translation of three tokens whose text is cut into two. */
const shownOf = (targetText?: string): Shown => ({
  subject: { modelId: 'model', label: '', segments: [{ text: 'a text' }], cutLength: 0 } as never,
  analysis: {
    ...{ modelId: 'model', source: tokensOf(1, 2), targetText },
    target: targetText === undefined ? [] : tokensOf(7, 8, 9),
    window: { start: 3, count: 2, total: 9 },
  } as Analysis,
  read: { text: 'a text', texts: ['a text'], place: token => token },
  device: { device: 'wasm', reason: '' },
});

/** An engine that answers one request after the other, as it is told. */
function fakeEngine(shown: Shown) {
  const requests: AnalyzeRequest[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  let failure: EngineError | undefined;
  const client: Pick<EngineClient, 'analyze'> = {
    analyze: (request, options) => {
      requests.push(request);
      signals.push(options?.signal);
      if (failure) {
        return Promise.reject(failure);
      }
      const target = request.targetText === undefined ? shown.analysis.target : tokensOf(7, 8);
      const inside = { ...request.inside } as never;
      return Promise.resolve({ ...shown.analysis, target, inside });
    },
  };
  return { requests, signals, client, fail: (error?: EngineError) => (failure = error) };
}

/** Lets everything that waits for nothing happen. */
const settle = () => new Promise(resolve => setTimeout(resolve));

const first = { kind: 'encoder', layer: 0 } as const;
const second = { kind: 'encoder', layer: 1 } as const;

test('a layer is run once, for the window that is shown, and then kept', async () => {
  const shown = shownOf();
  const { client, requests } = fakeEngine(shown);
  let changes = 0;
  const layers = new InsideLayers(
    () => client,
    () => changes++,
  );
  expect(layers.get(shown, first)).toBeUndefined();
  expect(layers.get(shown, first)).toBeUndefined();
  await settle();
  expect(layers.get(shown, first)).toMatchObject(first);
  expect(changes).toBeGreaterThan(0);
  expect(layers.get(shown, second)).toBeUndefined();
  await settle();
  expect(layers.get(shown, first)).toMatchObject(first);
  expect(requests).toEqual(
    [first, second].map(inside => ({
      ...{ modelId: 'model', text: 'a text', windowStart: 3, attention: false },
      ...{ inside, targetText: undefined },
    })),
  );
  // Another run of the same text is another text.
  expect(layers.get(shownOf(), first)).toBeUndefined();
  layers.cancel();
});

test('a layer that is wanted no more is not waited for', () => {
  const shown = shownOf();
  const { client, signals } = fakeEngine(shown);
  const layers = new InsideLayers(
    () => client,
    () => undefined,
  );
  layers.get(shown, first);
  layers.get(shown, second);
  expect(signals.map(signal => signal?.aborted)).toEqual([true, false]);
  layers.cancel();
  expect(signals.map(signal => signal?.aborted)).toEqual([true, true]);
});

test('a translation whose text is cut into other tokens is searched for again', async () => {
  const shown = shownOf('trois mots');
  const { client, requests } = fakeEngine(shown);
  const layers = new InsideLayers(
    () => client,
    () => undefined,
  );
  layers.get(shown, first);
  await settle();
  expect(requests.map(({ targetText }) => targetText)).toEqual(['trois mots', undefined]);
  expect(layers.get(shown, first)).toMatchObject(first);
});

test('a failure is told, not tried for ever, and tried again when it is asked for', async () => {
  const shown = shownOf();
  const { client, requests, fail } = fakeEngine(shown);
  fail(new EngineError('inference-failed', 'no'));
  const layers = new InsideLayers(
    () => client,
    () => undefined,
  );
  layers.get(shown, first);
  await settle();
  expect(layers.state.error?.code).toBe('inference-failed');
  expect(layers.get(shown, first)).toBeUndefined();
  await settle();
  expect(requests).toHaveLength(1);
  fail();
  layers.retry();
  expect(layers.state.error).toBeUndefined();
  layers.get(shown, first);
  await settle();
  expect(layers.get(shown, first)).toMatchObject(first);
});

test('what is read again is what the picture is of: a sentence of the text, with as many beams', async () => {
  const shown: Shown = {
    ...shownOf('trois mots'),
    read: { text: 'a sentence', texts: ['a text', ''], beams: 2, place: token => token },
  };
  const { client, requests } = fakeEngine(shown);
  const layers = new InsideLayers(
    () => client,
    () => undefined,
  );
  layers.get(shown, first);
  await settle();
  expect(requests.map(({ text, textPair, beams }) => [text, textPair, beams])).toEqual([
    ['a sentence', undefined, 2],
    ['a sentence', undefined, 2],
  ]);
});
