import { expect, test, vi } from 'vitest';
import type { Prediction, PredictRequest } from '../../../../src/common/protocol/engine/predict';
import type { EngineClient } from '../../../../src/common/engineClient/engineClient';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { NextHostApi } from '../../../../src/common/protocol/pages/next';
import type { Subject } from '../../../../src/common/protocol/pages/subject';
import type { Remote } from '../../../../src/common/protocol/rpc';
import { createActions } from '../../../../webview/next/createActions';
import { GridReader } from '../../../../webview/next/gridReader';
import { noLayers } from '../../../../webview/next/lensGrid';
import { Predictor } from '../../../../webview/next/predictor';
import {
  barsAtOnce,
  type NextState,
  parseState,
  readSubject,
} from '../../../../webview/next/nextState';
import { createViewModelMaker } from '../../../../webview/next/viewModel';
import { writtenText } from '../../../../webview/next/describe';
import { RunStore } from '../../../../webview/common/runStore';
import type { TextActions } from '../../../../webview/common/textPage';

const manifest = { id: 'gpt2', name: 'GPT-2', family: 'decoder-only' } as Manifest;
const vocabulary = ['a', 'b', 'c', 'd'];

/** The page's parts on a text, with a model of four letters and a host that writes. */
async function openOn(text: string) {
  const store = new RunStore<NextState>(
    {
      ...{ saved: parseState(undefined), models: [manifest], isStarted: true, isWriting: false },
      isStale: false,
      settings: { device: 'wasm', scale: 'sqrt', beams: 5 },
      ...{ spellings: new Map(), probabilities: new Map(), barCount: barsAtOnce, themeVersion: 0 },
      ...{ work: undefined, shown: undefined, error: undefined, device: undefined },
      ...{
        beams: undefined,
        pace: undefined,
        layers: noLayers,
        pointed: undefined,
        pageWidth: undefined,
      },
      paintMs: undefined,
      ...{ tokenized: undefined, read: undefined, place: undefined, scores: undefined },
    },
    () => undefined,
  );
  const predict = ({ text: read, appended = [] }: PredictRequest) =>
    Promise.resolve({
      text: read + appended.map(id => vocabulary[id]).join(''),
      source: [],
      logits: { shape: [1, 4], values: new Float32Array([4, 3, 2, 1]) },
    } as unknown as Prediction);
  const inserted: { text: string; held: number }[] = [];
  let document = text;
  const host = {
    insert: vi.fn((insertion: { text: string; held: number }): Promise<Subject> => {
      inserted.push(insertion);
      document = document.slice(0, document.length - insertion.held) + insertion.text;
      return Promise.resolve({ ...subjectOf(document), modelId: 'bert' });
    }),
    analysed: () => Promise.resolve(),
    report: () => Promise.resolve(),
  } as unknown as Remote<NextHostApi>;
  const makeViewModel = createViewModelMaker();
  const predictor = new Predictor(
    store,
    () =>
      ({
        predict,
        tokenize: () => Promise.reject(new Error('not here')),
      }) as unknown as EngineClient,
    host,
    { spell: () => Promise.resolve() },
    () => undefined,
  );
  const layers = new GridReader(store, () => ({}) as unknown as EngineClient, {
    spell: () => Promise.resolve(),
  });
  let running = Promise.resolve();
  const rerun = () => {
    const subject = readSubject(store.state.saved);
    running = subject ? predictor.start(subject) : Promise.resolve();
  };
  const ask = (request: Promise<unknown>) => void request.catch(() => undefined);
  const actions = createActions(
    { store, host, rerun, ask, actions: {} as TextActions },
    { viewModel: () => makeViewModel(store.state), write: () => undefined, layers: layers.actions },
  );
  store.update({ saved: { ...store.state.saved, subject: subjectOf(text) } });
  rerun();
  const settled = async () => {
    await new Promise(resolve => setTimeout(resolve));
    await running;
  };
  await settled();
  const written = () => {
    const shown = store.state.shown;
    return shown?.kind === 'next' ? writtenText(shown) : undefined;
  };
  return { store, actions, settled, inserted, written, document: () => document };
}

const subjectOf = (text: string): Subject => ({
  ...{ modelId: 'gpt2', label: 'notes.md:1', cutLength: 0 },
  segments: [{ text }],
});

test('what was inserted is text: it is not inserted again, and what comes then is inserted alone', async () => {
  const { actions, settled, inserted, written, store, document } = await openOn('The ');
  actions.append(0);
  await settled();
  actions.append(1);
  await settled();
  actions.back();
  await settled();
  actions.insert();
  actions.insert(); // A second click, before the first was answered.
  await settled();
  expect(inserted).toEqual([{ text: 'a', held: 0 }]);
  expect(store.state.saved.subject).toMatchObject({
    modelId: 'gpt2',
    segments: [{ text: 'The a' }],
  });
  expect(written()).toBe('');
  actions.insert();
  await settled();
  expect(inserted).toHaveLength(1);
  // The way on from there was kept.
  actions.forward();
  await settled();
  expect(written()).toBe('b');
  expect(store.state.shown?.subject).toBe(readSubject(store.state.saved));
  actions.insert();
  await settled();
  expect(document()).toBe('The ab');
});

test('what was stepped back over is replaced', async () => {
  const { actions, settled, inserted, written, store, document } = await openOn('The cat ');
  actions.lookFrom(1);
  await settled();
  actions.append(2);
  await settled();
  expect(written()).toBe('c');
  expect(store.state.shown?.subject).toBe(readSubject(store.state.saved));
  actions.insert();
  await settled();
  expect(inserted).toEqual([{ text: 'c', held: 1 }]);
  expect(document()).toBe('The catc');
  expect(store.state.saved.held).toBe(0);
});

test('nothing is inserted while another text is read', async () => {
  const { actions, settled, inserted, store } = await openOn('The ');
  actions.append(0);
  await settled();
  store.update({
    saved: { ...store.state.saved, subject: subjectOf('Another text'), branches: {} },
  });
  actions.insert();
  await settled();
  expect(inserted).toEqual([]);
});
