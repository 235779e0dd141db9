import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Token } from '../../../../src/common/protocol/engine/types';
import { allUnits } from '../../../../webview/attention/text/allUnits';
import { createRanker } from '../../../../webview/attention/ranking';
import { nothingMeasured } from '../../../../webview/attention/ablation/ablationState';
import { createViewModelMaker, rangesOf } from '../../../../webview/attention/viewModel';
import { parseState } from '../../../../webview/attention/attentionState';
import type { Shown } from '../../../../webview/attention/text/shown';
import { readTextOf } from '../../../../webview/attention/text/readText';
import type { Subject } from '../../../../src/common/protocol/pages/subject';
import { axesOf, matrixView } from '../../../../webview/matrix/matrixView';
import { whole } from '../sample';

/** As a byte-level tokenizer spells: a word begins with its space. */
const token = (text: string, start: number, end: number, word: number): Token => ({
  id: word + 3,
  text,
  start,
  end,
  segment: 0,
  isSpecial: word < 0,
  word,
});
const source = [
  token('\u0120The', 0, 3, 0),
  token('\u0120ca', 4, 6, 1),
  token('ts', 6, 8, 1),
  token('</s>', 8, 8, -1),
];
const target = [
  token('\u0120Les', 0, 3, 0),
  token('\u0120cha', 4, 7, 1),
  token('ts', 7, 9, 1),
  token('</s>', 9, 9, -1),
];

/** Rows that sum to 1, each of its own: query `i` gives most to key `i`. */
function attention(kind: 'encoder' | 'decoder' | 'cross', queries: number, keys: number) {
  const weights = new Float32Array(queries * keys);
  for (let query = 0; query < queries; query++) {
    const seen = kind === 'decoder' ? query + 1 : keys;
    for (let key = 0; key < seen; key++) {
      weights[query * keys + key] = seen === 1 ? 1 : key === query ? 0.7 : 0.3 / (seen - 1);
    }
  }
  return { kind, shape: [1, 1, queries, keys] as const, weights };
}

const analysis: Analysis = {
  modelId: 'transformer',
  source,
  target,
  targetText: 'Les chats',
  attentions: [attention('encoder', 4, 4), attention('decoder', 4, 4), attention('cross', 4, 4)],
  candidates: [],
  window: { start: 0, count: 3, total: 3 },
  dropped: 0,
  device: 'wasm',
  runMs: 12,
};
const subject: Subject = {
  modelId: 'transformer',
  ...{ segments: [{ text: 'The cats' }], label: 'a:1', cutLength: 0 },
};
const shown: Shown = {
  ...{ subject, analysis, device: { device: 'wasm', reason: '' } },
  read: readTextOf(subject, { family: 'encoder-decoder' }, 0),
};
const labels = (units: readonly { readonly label: string }[]) => units.map(({ label }) => label);

describe('an encoder-decoder', () => {
  test('looks from its translation at the text', () => {
    const { queries, keys } = allUnits(shown, 'cross', false);
    expect(labels(queries)).toEqual(['Les', 'cha', 'ts', '</s>']);
    expect(labels(keys)).toEqual(['The', 'ca', 'ts', '</s>']);
  });

  test('looks within the text', () => {
    const { queries, keys } = allUnits(shown, 'encoder', false);
    expect(keys).toBe(queries);
    expect(labels(keys)).toEqual(['The', 'ca', 'ts', '</s>']);
  });

  test('looks from each written token at the beginning and at those it has read', () => {
    const { queries, keys } = allUnits(shown, 'decoder', false);
    expect(labels(queries)).toEqual(['Les', 'cha', 'ts', '</s>']);
    expect(labels(keys)).toEqual(['<s>', 'Les', 'cha', 'ts']);
    // The same token in a row and in a column.
    expect(keys[1]?.id).toBe(queries[0]?.id);
  });

  test('has words on both sides, and their weight is whole', () => {
    for (const kind of ['encoder', 'decoder', 'cross'] as const) {
      const { weights } = attention(kind, 4, 4);
      const view = matrixView(weights, [4, 4], axesOf(allUnits(shown, kind, true), whole), false);
      expect(view.queries).toHaveLength(3);
      expect(view.hiddenShare).toBeCloseTo(0, 6);
    }
    expect(labels(allUnits(shown, 'decoder', true).keys)).toEqual(['<s>', 'Les', 'chats']);
    expect(labels(allUnits(shown, 'cross', true).queries)).toEqual(['Les', 'chats', '</s>']);
  });

  test('never has the same id for a token of the text and one of the translation', () => {
    const ids = allUnits(shown, 'cross', false).text.map(({ id }) => id);
    expect(new Set(ids).size).toBe(8);
  });
});

describe('the picture', () => {
  const sceneOf = (saved: object, of = shown) =>
    createViewModelMaker(createRanker())({
      saved: parseState({ pieces: true, ...saved }),
      shown: of,
      models: [],
      preview: undefined,
      pointed: undefined,
      ablation: nothingMeasured,
    } as unknown as Parameters<ReturnType<typeof createViewModelMaker>>[0]); // What a scene is made of.

  test('has whole words where a model translates, and their pieces on demand', () => {
    const words = (pieces: boolean) => labels(sceneOf({ pieces })?.view.queries ?? []);
    expect(words(false)).toEqual(['Les', 'chats', '</s>']);
    expect(words(true)).toEqual(['Les', 'cha', 'ts', '</s>']);
  });

  test('is the cross-attention first, and another kind when it is chosen', () => {
    expect(sceneOf({})?.attention.kind).toBe('cross');
    expect(sceneOf({ kind: 'decoder' })?.attention.kind).toBe('decoder');
    expect(sceneOf({})?.kinds).toEqual(['encoder', 'decoder', 'cross']);
  });

  test('offers to hide what takes the weight that nothing needs', () => {
    const decoderOnly = {
      ...shown,
      analysis: {
        ...analysis,
        source: source.slice(0, 3),
        target: [],
        attentions: [attention('decoder', 3, 3)],
      },
    };
    const scene = sceneOf({}, decoderOnly);
    expect(scene?.sink).toMatchObject({ label: 'The', isSpecial: false });
    expect(scene?.hasSpecial).toBe(false);
    const hidden = sceneOf({ hideSink: true }, decoderOnly)?.view;
    expect(labels(hidden?.queries ?? [])).toEqual(['The', 'ca', 'ts']);
    expect(labels(hidden?.keys ?? [])).toEqual(['ca', 'ts']);
    // The first token has nothing else to look at: its row is empty, also when rescaled.
    const rescaled = sceneOf({ hideSink: true, rescale: true }, decoderOnly)?.view.weights;
    expect([...(rescaled ?? [])].slice(0, 2)).toEqual([0, 0]);
    expect(sceneOf({ kind: 'encoder' })?.sink).toMatchObject({ label: '</s>', isSpecial: true });
    expect(sceneOf({ kind: 'decoder' })?.sink).toMatchObject({ label: '<s>', isSpecial: true });
    // Of three words that look, each gives the end of the text 0.1 of its weight.
    expect(sceneOf({ kind: 'cross' })?.sink?.share).toBeCloseTo(0.1, 6);
  });

  test('keeps both texts, whichever is in it', () => {
    expect(labels(sceneOf({ kind: 'encoder' })?.text ?? [])).toEqual([
      ...['The', 'ca', 'ts', '</s>'],
      ...['Les', 'cha', 'ts', '</s>'],
    ]);
    expect(labels(sceneOf({ kind: 'encoder', hideSpecial: true })?.text ?? [])).toEqual([
      ...['The', 'ca', 'ts'],
      ...['Les', 'cha', 'ts'],
    ]);
  });

  test('says what heads do only where a text looks at itself', () => {
    expect(sceneOf({ kind: 'encoder' })?.summary).toBeDefined();
    expect(sceneOf({ kind: 'cross' })?.summary).toBeUndefined();
    expect(sceneOf({ kind: 'decoder' })?.summary).toBeUndefined();
  });

  test('lights nothing in the document for what only the model wrote', () => {
    const scene = sceneOf({ kind: 'cross' });
    const ranges = scene && rangesOf(scene, { queries: [1], key: 1 });
    expect(ranges).toEqual([{ segment: 0, start: 4, end: 6, strength: 1 }]);
  });

  test('outlines in the document what looks, and tints what it looks at', () => {
    const scene = sceneOf({ kind: 'encoder' });
    expect(scene && rangesOf(scene, { queries: [0] })).toEqual([
      { segment: 0, start: 0, end: 3, strength: 1, isQuery: true },
      { segment: 0, start: 0, end: 3, strength: 1 },
      expect.objectContaining({ start: 4, end: 6 }),
      expect.objectContaining({ start: 6, end: 8 }),
    ]);
  });
});
