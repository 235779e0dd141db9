import { expect, test } from 'vitest';
import { percent } from '../../../../src/common/text/percent';

test.each([
  [0, '0 %'],
  [0.0004, '<0.1 %'],
  [0.001, '0.1 %'],
  [0.4321, '43.2 %'],
  [0.9996, '100 %'],
  [1, '100 %'],
])('%f reads as %s', (share, expected) => {
  expect(percent(share)).toBe(expected.replace(' ', '\u00a0'));
});
