import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  longestPrompt,
  promptWindow,
} from '../../../../../src/extension/features/completion/promptWindow';

const textOf = (content: string) => ({
  read: (start: number, end: number) => content.slice(start, end),
});
const windowOf = (content: string, caret = content.length) => {
  const { start, end } = promptWindow(textOf(content), caret);
  return content.slice(start, end);
};

test('a short text is read whole', () => {
  expect(windowOf('The cat sat')).toBe('The cat sat');
});

test('a long one begins with a line', () => {
  const content = 'A line of this text.\n'.repeat(200);
  expect(windowOf(content)).toMatch(/^A line/u);
});

test('one without lines begins with a word', () => {
  expect(windowOf('lighthouse '.repeat(400))).toMatch(/^lighthouse/u);
});

test('one without words does not begin within a character', () => {
  expect(windowOf('😀'.repeat(2000))).toMatch(/^😀/u);
  expect(windowOf(`x${'😀'.repeat(2000)}`)).toMatch(/^😀/u);
});

test('typing leaves the start where it is, but for a jump each half of the longest prompt', () => {
  const content = 'some words to type here '.repeat(200);
  const starts = new Set<number>();
  for (let caret = 2000; caret < 2000 + 3 * longestPrompt; caret++) {
    starts.add(promptWindow(textOf(content), caret).start);
  }
  expect(starts.size).toBeLessThanOrEqual(7);
});

test('only the window is read of a document, and never more than the longest prompt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000_000 }), caret => {
      const read = (start: number, end: number) => {
        expect(start).toBeGreaterThanOrEqual(caret - longestPrompt);
        expect(end).toBeLessThanOrEqual(caret);
        return 'x'.repeat(end - start);
      };
      const { start, end } = promptWindow({ read }, caret);
      expect(end).toBe(caret);
      expect(end - start).toBeLessThanOrEqual(longestPrompt);
      expect(end - start).toBeGreaterThanOrEqual(Math.min(caret, longestPrompt / 4));
    }),
  );
});
