import { expect, test } from 'vitest';
import { notebookTextBefore } from '../../../../../src/extension/features/completion/notebookText';

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
])('where %s, what stands before a cell is told in order', (_, above, text) => {
  expect(notebookTextBefore(above, 'python', 1000)).toBe(text);
});

test('a cell of prose goes on from prose', () => {
  const above = [cell('# Birds', 'markdown'), cell('a = 1'), cell('They fly.', 'markdown')];
  expect(notebookTextBefore(above, 'markdown', 1000)).toBe('# Birds\n\nThey fly.\n\n');
});

test('no cell is read that is further away than is looked', () => {
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
