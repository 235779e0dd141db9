import { expect, test } from 'vitest';
import { Writings } from '../../../../../src/extension/features/completion/completionCache';

const text = ' sat on the mat.';

const writing = { text, raw: text, finish: 'stop', shape: 'line', score: 0 } as const;

test.each([
  ['The cat', ' sat on the mat.', 0],
  ['The cat s', 'at on the mat.', 2],
  ['The cat sat on the mat', '.', 15],
  ['The cat sat on the mat.', undefined, 0],
  ['The cat r', undefined, 0],
  ['The ca', undefined, 0],
  ['Another cat', undefined, 0],
])('after %j what is known is %j', (before, text, typed) => {
  const writings = new Writings<string>();
  writings.remember('m', 'The cat', writing, 'how');
  const found = writings.find('m', before);
  expect(found?.writing.text).toBe(text);
  expect(found?.typed ?? 0).toBe(typed);
  expect(writings.find('other', before)).toBeUndefined();
});

test('of a long text the end says the place', () => {
  const writings = new Writings<string>();
  writings.remember('m', `${'x'.repeat(1000)}The cat`, writing, 'how');
  expect(writings.find('m', `${'x'.repeat(500)}The cat sat`)?.writing.text).toBe(' on the mat.');
});
