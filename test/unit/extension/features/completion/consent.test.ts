import { expect, test, vi } from 'vitest';
import {
  introduce,
  completersAmong,
  withoutConsent,
} from '../../../../../src/extension/features/completion/consent';

const showInformationMessage = vi.hoisted(() =>
  vi.fn<(...words: string[]) => Promise<string | undefined>>(),
);
vi.mock('vscode', () => ({
  window: { showInformationMessage },
  l10n: {
    t: (message: string, ...values: unknown[]) =>
      message.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
  },
}));

test('the user is asked once about other extensions that complete', () => {
  const others = completersAmong(['GitHub.copilot', 'vscode.git', 'TabNine.tabnine-vscode']);
  expect(others).toEqual(['GitHub.copilot', 'TabNine.tabnine-vscode']);
  expect(withoutConsent(others, ['GitHub.copilot'])).toEqual(['TabNine.tabnine-vscode']);
  expect(withoutConsent([], [])).toEqual([]);
});

test.each([
  [undefined, 0],
  ['Got It', 0],
  ['Turn Off', 1],
])(
  'the first message names the keys, and %s turns completion off %i times',
  async (choice, offs) => {
    showInformationMessage.mockResolvedValueOnce(choice);
    const set = vi.fn(() => Promise.resolve());
    await introduce('SmolLM2', { set });
    const [message, ...buttons] = showInformationMessage.mock.lastCall ?? [];
    for (const key of ['Tab accepts it', 'Ctrl+Right', 'a word', 'Alt+\\ asks']) {
      expect(message).toContain(key);
    }
    expect(buttons).toEqual(['Got It', 'Turn Off']);
    expect(set).toHaveBeenCalledTimes(offs);
  },
);
