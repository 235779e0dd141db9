import { expect, test } from 'vitest';
import { CompletionCache } from '../../../../../src/extension/features/completion/completionCache';

const text = ' sat on the mat.';

const completion = { text, raw: text, finish: 'stop', kind: 'line', score: 0 } as const;

test.each([
  ['The cat', ' sat on the mat.', 0],
  ['The cat s', 'at on the mat.', 2],
  ['The cat sat on the mat', '.', 15],
  ['The cat sat on the mat.', undefined, 0],
  ['The cat r', undefined, 0],
  ['The ca', undefined, 0],
  ['Another cat', undefined, 0],
])('after %j the cached completion is %j', (before, text, typed) => {
  const cache = new CompletionCache<string>();
  cache.set('m', 'The cat', completion, 'how');
  const found = cache.find('m', before);
  expect(found?.completion.text).toBe(text);
  expect(found?.typed ?? 0).toBe(typed);
  expect(cache.find('other', before)).toBeUndefined();
});

test('the end of a long text identifies the caret', () => {
  const cache = new CompletionCache<string>();
  cache.set('m', `${'x'.repeat(1000)}The cat`, completion, 'how');
  expect(cache.find('m', `${'x'.repeat(500)}The cat sat`)?.completion.text).toBe(' on the mat.');
});
