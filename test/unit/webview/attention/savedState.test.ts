import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseState } from '../../../../webview/attention/attentionState';

const defaults = parseState(undefined);

describe('saved state', () => {
  test('that is not there is the beginning', () => {
    expect(defaults).toEqual({
      subject: undefined,
      windowStart: 0,
      isPinned: true,
      heads: undefined,
      sort: 'position',
      key: undefined,
      kind: 'cross',
      queries: [],
      view: 'matrix',
      words: false,
      pieces: false,
      sentence: 0,
      comparesAll: false,
      hideSpecial: false,
      hideSink: false,
      rescale: false,
      block: 'all',
      isForPaper: false,
      weightKind: 'raw',
      syntax: false,
      relation: '',
      ablation: undefined,
      compare: undefined,
      minShare: undefined,
    });
  });

  test('comes back as it was', () => {
    const state = {
      ...defaults,
      subject: {
        modelId: 'bert',
        segments: [{ text: 'a' }, { text: 'b' }],
        label: 'x',
        cutLength: 3,
      },
      windowStart: 12,
      isPinned: false,
      heads: [{ layer: 4, head: 2 }],
      queries: [3],
      view: 'lines',
      block: 'ab',
      ablation: {
        modelId: 'bert',
        parts: {
          heads: [{ kind: 'encoder', layer: 1, head: 3 }],
          feedForwards: [{ kind: 'encoder', layer: 5 }],
        },
      },
      compare: {
        with: 'sentence',
        heads: [{ layer: 1, head: 2 }],
        before: undefined,
        text: 'b',
        modelId: 'gpt2',
        pane: 'a',
      },
    };
    expect(parseState(structuredClone(state))).toEqual(state);
  });

  test.each([
    ['a head of -1', { heads: [{ layer: -1, head: 0 }] }, { heads: undefined }],
    ['a view that does not exist', { view: 'cube' }, { view: 'matrix' }],
    [
      'a subject without text',
      { subject: { modelId: 'bert', segments: [] } },
      { subject: undefined },
    ],
    [
      'three segments',
      {
        subject: {
          modelId: 'b',
          segments: [{ text: '' }, { text: '' }, { text: '' }],
          label: '',
          cutLength: 0,
        },
      },
      { subject: undefined },
    ],
  ])('with %s loses that field alone', (_, broken, expected) => {
    expect(parseState({ ...defaults, words: true, ...broken })).toMatchObject({
      ...expected,
      words: true,
    });
  });

  test('of any kind gives a state that can be used', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        const state = parseState(value);
        expect(parseState(state)).toEqual(state);
      }),
    );
  });
});
