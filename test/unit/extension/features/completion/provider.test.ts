import { expect, test, vi } from 'vitest';
import { RetriggerLimit } from '../../../../../src/extension/features/completion/provider';

vi.mock('vscode', () => ({ l10n: { t: (message: string) => message } }));

test('a text is requested again three times at one caret, and at another the count begins anew', () => {
  const retriggers = new RetriggerLimit();
  expect([1, 2, 3, 4, 5].map(() => retriggers.mayRetrigger('a 1 7'))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(retriggers.mayRetrigger('a 2 8')).toBe(true);
  expect(retriggers.mayRetrigger('a 1 7')).toBe(true);
});
