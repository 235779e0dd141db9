import { expect, test } from 'vitest';
import { threadCount } from '../../../../src/extension/engine/platform';

test.each([
  [0, 1, 1],
  [0, 2, 1],
  [0, 3, 1],
  [0, 4, 2],
  [0, 8, 4],
  [0, 64, 4],
  [1, 8, 1],
  [2, 2, 2],
  [6, 8, 6],
  [16, 2, 2],
  [-1, 8, 4],
  [1.5, 8, 4],
  ['2', 8, 4],
  [NaN, 8, 4],
  [undefined, 8, 4],
])('%s chosen, with %s cores: %s', (chosen, cores, threads) => {
  expect(threadCount(chosen, cores)).toBe(threads);
});
