import { expect, test } from 'vitest';
import {
  perplexityLabel,
  perplexityOf,
} from '../../../../../src/extension/features/surprisal/scoredTokens';

test.each([
  [1, '1'],
  [23.456, '23.5'],
  [999.6, '1,000'],
  [1800, '1,800'],
  [18_342, '18,300'],
  [123_456_789, '123,000,000'],
])('a perplexity of %d is written %s', (value, expected) => {
  expect(perplexityLabel(value)).toBe(expected);
});

test('no perplexity is written as a power of ten', () => {
  for (let bits = 0; bits < 60; bits += 0.5) {
    expect(perplexityLabel(perplexityOf({ bits, tokens: 1, bytes: 1 }))).toMatch(/^[\d.,]+$/u);
  }
});
