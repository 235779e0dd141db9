import { describe, expect, test } from 'vitest';
import type { Classification, Omission } from '../../../../src/common/protocol/engine/classify';
import {
  reachOf,
  omissionEffects,
  points,
} from '../../../../webview/stage/parts/verdict/omissionEffects';

const text = 'A good,\n film';
const judged = (omissions: readonly Omission[]): Classification => ({
  modelId: 'ulmfit',
  source: [],
  probabilities: [0.25, 0.75],
  omissions,
  dropped: 0,
  device: 'wasm',
  runMs: 1,
});
const without = (start: number, end: number, liked: number): Omission => ({
  start,
  end,
  probabilities: [1 - liked, liked],
});

describe('moves', () => {
  test('are words without the space before them, and with what stands between', () => {
    const moves = omissionEffects(
      text,
      judged([without(0, 1, 0.75), without(1, 6, 0.5), without(6, 7, 0.875), without(8, 13, 1)]),
    );
    expect(moves.map(({ before, text: word }) => [before, word])).toEqual([
      ['', 'A'],
      [' ', 'good'],
      ['', ','],
      ['\n ', 'film'],
    ]);
    expect(moves.map(move => move.points)).toEqual([0, 25, -12.5, -25]);
    expect(reachOf(moves)).toBe(25);
  });

  test('have an ellipsis where text was not read', () => {
    const moves = omissionEffects(text, judged([without(0, 1, 0.75), without(8, 13, 0.75)]));
    expect(moves.map(({ before }) => before)).toEqual(['', ' … ']);
  });

  test('of next to nothing are not painted as if they were large', () => {
    expect(reachOf(omissionEffects(text, judged([without(0, 1, 0.7501)])))).toBe(1);
    expect(reachOf([])).toBe(1);
  });

  test.each([
    [12.34, '+12.3 points'],
    [-0.44, '−0.4 points'],
    [-0.04, '0.0 points'],
    [0, '0.0 points'],
  ])('of %d are told as %s', (amount, words) => {
    expect(points(amount)).toBe(words);
  });
});
