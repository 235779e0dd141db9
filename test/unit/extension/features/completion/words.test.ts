import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { inRoot } from '../../../../../scripts/paths.mjs';
import {
  nothingWords as englishWords,
  type NothingWhy,
} from '../../../../../src/extension/features/completion/outcome';
import type { CompletionState } from '../../../../../src/extension/features/completion/state';

const showInformationMessage = vi.fn<(...words: string[]) => Promise<string | undefined>>();

vi.mock('vscode', () => ({
  window: { showInformationMessage: (...words: string[]) => showInformationMessage(...words) },
  l10n: {
    t: (message: string, ...values: unknown[]) =>
      message.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
  },
}));

const { nothingWords } =
  await import('../../../../../src/extension/features/completion/outcomeWords');
const { askKey, clock, sentencesOf, shortWords } =
  await import('../../../../../src/extension/features/completion/stateWords');
const { introduce } = await import('../../../../../src/extension/features/completion/introduction');
const { Snooze } = await import('../../../../../src/extension/features/completion/snooze');

afterEach(() => vi.useRealTimers());

test('every reason for nothing has a sentence of its own', () => {
  const sentences = Object.values(englishWords);
  expect(new Set(sentences).size).toBe(sentences.length);
  // The editor says the same as the command line.
  expect((Object.keys(englishWords) as NothingWhy[]).map(nothingWords)).toEqual(sentences);
  for (const sentence of sentences) {
    expect(sentence).toMatch(/^Nothing was offered: [^.]+\.$/u);
  }
});

const names = { model: 'SmolLM2', language: 'Python' };
const until = new Date(2026, 0, 2, 14, 5).getTime();

test.each([
  [{ kind: 'off' }, 'SmolLM2: off', /is off/u],
  [{ kind: 'unasked', others: ['Copilot'] }, 'SmolLM2', /Copilot completes text too/u],
  [
    { kind: 'no-model', modelId: 'gpt3' },
    'There is no model “gpt3”',
    /no model “gpt3” .* Choose another/u,
  ],
  [
    { kind: 'off-for-language', languageId: 'python' },
    'SmolLM2: off for Python',
    /but not in Python/u,
  ],
  [{ kind: 'loading' }, 'SmolLM2', /is being loaded/u],
  [{ kind: 'thinking' }, 'SmolLM2', /is writing/u],
  [{ kind: 'failed', why: 'No memory.' }, 'SmolLM2', /No memory\./u],
  [{ kind: 'snoozed', until }, `SmolLM2: snoozed until ${clock(until)}`, /Alt\+\\ asks/u],
  [{ kind: 'on-request' }, 'SmolLM2: on request', /only when you ask\. Alt\+\\ asks/u],
  [{ kind: 'too-slow', usualMs: 2345 }, 'SmolLM2: on request', /2\.3 s .*Alt\+\\.*smaller/u],
  [{ kind: 'ready' }, 'SmolLM2', /completes text as you write/u],
] as const)('the state %j is said as %j', (state: CompletionState, short, sentences) => {
  expect(shortWords(state, names)).toBe(short);
  expect(sentencesOf(state, names)).toMatch(sentences);
});

test.each([
  [undefined, 0],
  ['Got It', 0],
  ['Turn Off', 1],
])(
  'the first message names the keys, and %s turns completion off %i times',
  async (choice, offs) => {
    showInformationMessage.mockResolvedValueOnce(choice);
    const setCompletion = vi.fn(() => Promise.resolve());
    await introduce('SmolLM2', { setCompletion });
    const [message, ...buttons] = showInformationMessage.mock.lastCall ?? [];
    for (const key of ['Tab takes it', 'Ctrl+Right', 'a word', 'Alt+\\ asks']) {
      expect(message).toContain(key);
    }
    expect(buttons).toEqual(['Got It', 'Turn Off']);
    expect(setCompletion).toHaveBeenCalledTimes(offs);
  },
);

test('a snooze ends by itself, or before, and says so each time', () => {
  vi.useFakeTimers();
  const onChange = vi.fn();
  const snooze = new Snooze(onChange);
  expect(snooze.until).toBeUndefined();
  snooze.begin(5);
  expect(snooze.until).toBe(Date.now() + 300_000);
  vi.advanceTimersByTime(299_999);
  expect(onChange).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(snooze.until).toBeUndefined();
  expect(onChange).toHaveBeenCalledTimes(2);
  snooze.begin(5);
  snooze.begin(15);
  vi.advanceTimersByTime(400_000);
  expect(snooze.until).toBeDefined();
  snooze.end();
  expect(snooze.until).toBeUndefined();
  expect(onChange).toHaveBeenCalledTimes(5);
});

test('the key that the words name is bound', () => {
  const { contributes } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as {
    readonly contributes: {
      readonly keybindings: readonly { readonly command: string; readonly key: string }[];
    };
  };
  const { key } =
    contributes.keybindings.find(
      ({ command }) => command === 'editor.action.inlineSuggest.trigger',
    ) ?? {};
  expect(key).toBe(askKey.toLowerCase());
});
