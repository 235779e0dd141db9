import { expect, test } from 'vitest';
import type { Token } from '../../../../../src/common/protocol/engine/types';
import { tokenSpans } from '../../../../../src/extension/features/tokens/spans';

const token = (start: number, end: number, isSpecial = false): Token => ({
  ...{ id: 0, text: '', segment: 0, word: 0 },
  ...{ start, end, isSpecial },
});

test('each token is a span', () => {
  expect(tokenSpans([token(0, 3), token(3, 7)])).toEqual([
    { start: 0, end: 3, tokens: [0] },
    { start: 3, end: 7, tokens: [1] },
  ]);
});

test('text without a token is in no span', () => {
  expect(tokenSpans([token(0, 3), token(5, 7)]).map(({ start }) => start)).toEqual([0, 5]);
});

test('tokens that share a character are one span', () => {
  // A flag of two surrogate pairs in three tokens, the middle one with bytes of both.
  expect(tokenSpans([token(0, 1), token(1, 3), token(1, 5), token(3, 5), token(5, 6)])).toEqual([
    { start: 0, end: 1, tokens: [0] },
    { start: 1, end: 5, tokens: [1, 2, 3] },
    { start: 5, end: 6, tokens: [4] },
  ]);
});

test('special tokens stand for no character', () => {
  expect(tokenSpans([token(0, 0, true), token(0, 2), token(2, 2, true)])).toEqual([
    { start: 0, end: 2, tokens: [1] },
  ]);
});
