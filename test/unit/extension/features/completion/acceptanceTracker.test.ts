import { expect, test, vi } from 'vitest';
import {
  remainderOf,
  acceptedLength,
} from '../../../../../src/extension/features/completion/acceptanceTracker';

vi.mock('vscode', () => ({}));

const offer = { uri: 'a', offset: 7, text: ' sat on the mat.' };

test.each([
  [[{ rangeOffset: 7, rangeLength: 0, text: ' sat on the mat.' }], 16],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' sat' }], 4],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' ' }], 0],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' ran' }], 0],
  [[{ rangeOffset: 9, rangeLength: 0, text: ' sat' }], 0],
  [[{ rangeOffset: 4, rangeLength: 3, text: 'cat sat' }], 4],
  [[{ rangeOffset: 4, rangeLength: 0, text: 'cat sat' }], 0],
  [
    [
      { rangeOffset: 7, rangeLength: 0, text: ' sat' },
      { rangeOffset: 1, rangeLength: 0, text: 'x' },
    ],
    0,
  ],
  [[], 0],
])('the change %j accepts %i units of the completion', (changes, taken) => {
  expect(acceptedLength(changes, offer)).toBe(taken);
});

test('the remainder of a completion begins further on', () => {
  expect(remainderOf(offer, 4)).toEqual({ uri: 'a', offset: 11, text: ' on the mat.' });
  expect(remainderOf(offer, 16)).toBeUndefined();
});
