import { expect, test } from 'vitest';
import { percent } from '../../../../src/common/text/percent';
import { count, decimal, duration, ordinal } from '../../../../webview/common/numbers';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0, '0 %'],
  [0.0004, '<0.1 %'],
  [0.001, '0.1 %'],
  [0.4321, '43.2 %'],
  [0.9999, '100 %'],
  [1, '100 %'],
])('a share of %f reads %s', (share, expected) => {
  expect(plain(percent(share))).toBe(expected);
});

test.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [12, '12th'],
  [22, '22nd'],
  [101, '101st'],
])('place %i reads %s', (place, expected) => {
  expect(ordinal(place)).toBe(expected);
});

test('numbers are counted in words and grouped', () => {
  expect(count(1, 'token')).toBe('1 token');
  expect(count(1340, 'token')).toBe('1,340 tokens');
});

test.each([
  [8.44, '8.4 ms'],
  [41.3, '41 ms'],
  [1310, '1.3 s'],
])('%f ms read %s', (ms, expected) => {
  expect(plain(duration(ms))).toBe(expected);
});

test.each([
  [-0.951, 2, '−0.95'],
  [20.006, 2, '20.01'],
  [-1.5, 1, '−1.5'],
  [undefined, 2, '…'],
])('%j with %i digits reads %s', (value, digits, expected) => {
  expect(decimal(value, digits)).toBe(expected);
});
