import { expect, test, vi } from 'vitest';
import {
  piecesOf,
  withinLength,
} from '../../../../../src/extension/features/completion/explanationRequest';

vi.mock('vscode', () => ({ l10n: { t: (message: string) => message } }));

test('the places of a text with Windows line ends are one piece for each line', () => {
  expect(piecesOf('one\ntwo', 7)).toEqual([{ start: 0, length: 7, documentOffset: 7 }]);
  const pieces = piecesOf('one\r\n\r\ntwo', 7);
  expect(pieces).toEqual([
    { start: 0, length: 3, documentOffset: 7 },
    { start: 5, length: 3, documentOffset: 14 },
  ]);
  expect(withinLength(pieces, 6)).toEqual([pieces[0], { ...pieces[1], length: 1 }]);
  expect(withinLength(pieces, 4)).toEqual([pieces[0]]);
});
