import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  preambleOf,
  notebookTextBefore,
  maxPromptLength,
  promptWindow,
} from '../../../../../src/extension/features/completion/prompt';

test.each([
  ['src/a.py', 'python', '# a.py\n'],
  ['C:\\b\\a.ts', 'typescript', '// a.ts\n'],
  ['notes.md', 'markdown', ''],
  ['Untitled-1', 'python', ''],
  ['a.x', 'constructor', ''],
])('before %s, in %s, the model reads %j', (path, language, preamble) => {
  expect(preambleOf(path, language)).toBe(preamble);
});

const cell = (text: string, languageId = 'python') => ({ languageId, text: () => text });

test.each([
  ['there is none', [], ''],
  ['two are above', [cell('a = 1'), cell('b = 2\n')], 'a = 1\n\nb = 2\n\n'],
  [
    'one is prose',
    [cell('a = 1'), cell('# Birds', 'markdown'), cell('b = 2')],
    'a = 1\n\nb = 2\n\n',
  ],
  ['one is empty', [cell('a = 1'), cell(' \n\t')], 'a = 1\n\n'],
  ['they have Windows line ends', [cell('\r\n  a\r\n  b \r\n')], '  a\n  b\n\n'],
])('where %s, the text before a cell is read in order', (_, above, text) => {
  expect(notebookTextBefore(above, 'python', 1000)).toBe(text);
});

test('a cell of prose continues prose', () => {
  const above = [cell('# Birds', 'markdown'), cell('a = 1'), cell('They fly.', 'markdown')];
  expect(notebookTextBefore(above, 'markdown', 1000)).toBe('# Birds\n\nThey fly.\n\n');
});

test('cells that are too far away are not read', () => {
  const read: number[] = [];
  const above = Array.from({ length: 100 }, (_, index) => ({
    languageId: 'python',
    text: () => {
      read.push(index);
      return 'x'.repeat(98);
    },
  }));
  expect(notebookTextBefore(above, 'python', 960)).toHaveLength(1000);
  expect(read).toEqual([99, 98, 97, 96, 95, 94, 93, 92, 91, 90]);
});

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
  for (let caret = 2000; caret < 2000 + 3 * maxPromptLength; caret++) {
    starts.add(promptWindow(textOf(content), caret).start);
  }
  expect(starts.size).toBeLessThanOrEqual(7);
});

test('only the window is read of a document, and never more than the longest prompt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000_000 }), caret => {
      const read = (start: number, end: number) => {
        expect(start).toBeGreaterThanOrEqual(caret - maxPromptLength);
        expect(end).toBeLessThanOrEqual(caret);
        return 'x'.repeat(end - start);
      };
      const { start, end } = promptWindow({ read }, caret);
      expect(end).toBe(caret);
      expect(end - start).toBeLessThanOrEqual(maxPromptLength);
      expect(end - start).toBeGreaterThanOrEqual(Math.min(caret, maxPromptLength / 4));
    }),
  );
});
