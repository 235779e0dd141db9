/** What a user types as a contrast, while the tokenizer takes its time. */
import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { inRoot } from '../../../../../scripts/paths.mjs';
import type { EngineClient } from '../../../../../src/common/engineClient/engineClient';
import { parseManifest } from '../../../../../src/common/protocol/manifest';
import { RunStore } from '../../../../../webview/common/runStore';
import { nothingMeasured } from '../../../../../webview/attention/ablation/ablationState';
import { Ablator, type Context } from '../../../../../webview/attention/ablation/ablator';
import { noParts } from '../../../../../webview/attention/ablation/parts';

const model = parseManifest(
  JSON.parse(readFileSync(inRoot('test/fixtures/tiny-gpt2/manifest.json'), 'utf8')),
);

/** An ablator whose tokenizer answers when it is told to, and whose model never does. */
function start() {
  const waiting = new Map<string, () => void>();
  const ids = ['·cat', '·dog', '·cow'];
  const client = {
    tokenize: ({ text }: { text: string }) =>
      new Promise(answer => {
        waiting.set(text.trim(), () => {
          const id = ids.indexOf(`·${text.trim()}`);
          answer({ tokens: [{ id, text, start: 0, end: text.length, isSpecial: false }] });
        });
      }),
    ablate: () => new Promise(() => undefined),
  } as unknown as EngineClient;
  const shown = {
    subject: { modelId: model.id },
    analysis: { modelId: model.id, source: [], target: [], window: { start: 0 } },
    read: { text: 'A cat' },
  } as unknown as Context['shown'];
  const store = new RunStore(nothingMeasured, () => undefined);
  const context: Context = { shown, model, parts: noParts, beams: 5 };
  const ablator = new Ablator(
    store,
    () => client,
    () => context,
    () => undefined,
  );
  ablator.follow();
  const answer = async (word: string) => {
    waiting.get(word)?.();
    await new Promise(done => setTimeout(done));
  };
  const ends = () => store.state.question?.contrast.map(token => token?.text);
  return { ablator, answer, ends };
}

test('both ends are taken where the second is typed before the first is cut', async () => {
  const { ablator, answer, ends } = start();
  void ablator.contrast(0, 'cat', []);
  void ablator.contrast(1, 'dog', []);
  await answer('cat');
  await answer('dog');
  expect(ends()).toEqual(['·cat', '·dog']);
});

test('what was typed last stays where its answer comes first', async () => {
  const { ablator, answer, ends } = start();
  void ablator.contrast(0, 'cat', []);
  void ablator.contrast(0, 'cow', []);
  await answer('cow');
  await answer('cat');
  expect(ends()).toEqual(['·cow', undefined]);
});
