import { expect, test } from 'vitest';
import { maxAttentionTokens } from '../../../../src/common/attention/attention';

test.each([
  ['a small model is seen whole', { layers: 6, heads: 6, contextLength: 512 }, 512],
  ['a deep one in part', { layers: 30, heads: 9, contextLength: 2048 }, 352],
  ['at the limit', { layers: 2, heads: 16, contextLength: 2000 }, 1024],
])('%s', (_, manifest, expected) => {
  expect(maxAttentionTokens(manifest)).toBe(expected);
});
