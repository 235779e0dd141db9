import { describe, expect, test } from 'vitest';
import {
  attentionAt,
  tellingAt,
} from '../../../../../src/extension/features/caretAttention/queryAttention';
import type { Analysis } from '../../../../../src/common/protocol/engine/analyze';
import type { Token } from '../../../../../src/common/protocol/engine/types';

const token = (text: string, start: number, end: number, isSpecial = false): Token => ({
  id: 0,
  text,
  start,
  end,
  segment: 0,
  isSpecial,
  word: isSpecial ? -1 : 0,
});

// "a cat": [CLS] a cat [SEP], one layer of two heads, each row a distribution over the four.
const analysis: Analysis = {
  modelId: 'bert',
  source: [
    token('[CLS]', 0, 0, true),
    token('a', 0, 1),
    token('cat', 2, 5),
    token('[SEP]', 5, 5, true),
  ],
  target: [],
  attentions: [
    {
      kind: 'encoder',
      shape: [1, 2, 4, 4],
      weights: Float32Array.from([
        ...[1, 0, 0, 0, 0, 0.5, 0.25, 0.25, 0.5, 0.125, 0.125, 0.25, 0, 0, 0, 1],
        ...[1, 0, 0, 0, 0, 0.25, 0.5, 0.25, 0.5, 0.375, 0.125, 0, 0, 0, 0, 1],
      ]),
    },
  ],
  candidates: [],
  window: { start: 0, count: 2, total: 2 },
  dropped: 0,
  device: 'wasm',
  runMs: 1,
};
const both = [
  { layer: 0, head: 0 },
  { layer: 0, head: 1 },
];

test.each([
  [0, 'a'],
  [1, 'a'],
  [2, 'cat'],
  [4, 'cat'],
  [5, 'cat'],
  [99, 'cat'],
])('with the caret at %i the query is %s', (caret, expected) => {
  expect(attentionAt(analysis, caret, both, 'linear')?.query.text).toBe(expected);
});

test('weights are the mean over the heads, and those of special tokens are separate', () => {
  const found = attentionAt(analysis, 3, both, 'linear');
  expect(found?.attended.map(({ weight }) => weight)).toEqual([0.25, 0.125]);
  expect(found?.specialWeight).toBe(0.625);
  expect(found?.attended.map(({ strength }) => strength)).toEqual([1, 0.5]);
});

test('one head alone is not averaged', () => {
  const found = attentionAt(analysis, 3, both.slice(1), 'linear');
  expect(found?.attended.map(({ weight }) => weight)).toEqual([0.375, 0.125]);
});

test('the square root makes small weights seen', () => {
  const found = attentionAt(analysis, 3, both, 'sqrt');
  expect(found?.attended.map(({ strength }) => strength)).toEqual([1, Math.SQRT1_2]);
});

test('a text of nothing but special tokens has no query', () => {
  const source = analysis.source.filter(({ isSpecial }) => isSpecial);
  expect(attentionAt({ ...analysis, source }, 0, both, 'sqrt')).toBeUndefined();
});

describe('the most telling head', () => {
  const text = 'the cat sat because it slept . the dog ran because it barked .';
  const words = [...text.matchAll(/\S+/gu)];
  const source = words.map(({ 0: word, index }, place): Token => {
    const span = { start: index, end: index + word.length };
    return { id: place + 10, text: word, ...span, segment: 0, isSpecial: false, word: place };
  });
  const size = source.length;
  /** Heads that look nowhere but, from one token, at another. */
  const weights = Float32Array.from({ length: 2 * size * size }, (_, at) => {
    const [head, query, key] = [
      Math.floor(at / size / size),
      Math.floor(at / size) % size,
      at % size,
    ];
    // "it" → "cat" in the first sentence, "it" → "dog" in the second; each "it" also at the other's sentence.
    const targets = [
      new Map([
        [4, 1],
        [11, 1],
      ]),
      new Map([
        [4, 8],
        [11, 8],
      ]),
    ];
    return key === (targets[head]?.get(query) ?? query) ? 1 : 0;
  });
  const passage: Analysis = {
    ...analysis,
    source,
    attentions: [{ kind: 'encoder', shape: [1, 2, size, size], weights }],
  };

  test.each([
    ['first', 0, 30, 0, 1],
    ['second', 31, text.length, 1, 8],
  ])('of the %s sentence is the one that links its words', (_, start, end, head, key) => {
    const found = tellingAt(passage, text, { start, end });
    expect(found).toMatchObject({ layer: 0, head, link: { key, weight: 1 } });
  });

  test('of a sentence too short to tell anything is none', () => {
    expect(tellingAt(passage, text, { start: 0, end: 7 })).toBeUndefined();
  });
});
