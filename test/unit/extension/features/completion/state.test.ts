import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { inRoot } from '../../../../../scripts/paths.mjs';
import {
  type MenuFacts,
  menuOf,
} from '../../../../../src/extension/features/completion/completionItem';
import {
  askKey,
  type Circumstances,
  clock,
  type CompletionState,
  mayOffer,
  sentencesOf,
  shortWords,
  Snooze,
  stateOf,
} from '../../../../../src/extension/features/completion/state';

vi.mock('vscode', () => ({
  l10n: {
    t: (message: string, ...values: unknown[]) =>
      message.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
  },
}));

afterEach(() => vi.useRealTimers());

const calm: Circumstances = {
  isEnabled: true,
  withoutConsent: [],
  unknownModel: undefined,
  languageId: 'markdown',
  isOnForLanguage: true,
  work: undefined,
  failure: undefined,
  snoozedUntil: undefined,
  isOnRequest: false,
  slowMs: undefined,
};

test.each([
  [{}, 'ready', true, true],
  [{ isEnabled: false, work: 'generating' }, 'off', false, false],
  [{ withoutConsent: ['other'] }, 'needs-consent', false, false],
  [{ unknownModel: 'gpt3', isOnForLanguage: false }, 'no-model', false, false],
  [{ isOnForLanguage: false }, 'off-for-language', false, false],
  [{ isOnForLanguage: false, languageId: undefined }, 'ready', true, true],
  [{ work: 'loading' }, 'loading', true, true],
  [{ work: 'loading', slowMs: 9 }, 'loading', false, true],
  [{ work: 'generating', isOnRequest: true }, 'generating', false, true],
  [{ work: 'generating', failure: 'x' }, 'generating', true, true],
  [{ failure: 'x' }, 'failed', true, true],
  [{ failure: 'x', snoozedUntil: 9 }, 'failed', false, true],
  [{ snoozedUntil: 9, isOnRequest: true }, 'snoozed', false, true],
  [{ isOnRequest: true, slowMs: 2000 }, 'on-request', false, true],
  [{ slowMs: 2000 }, 'too-slow', false, true],
] as const)('with %j it is %s', (change, kind, unaskedFor, byHand) => {
  const now = { ...calm, ...change };
  expect(stateOf(now).kind).toBe(kind);
  expect(mayOffer(now, false)).toBe(unaskedFor);
  expect(mayOffer(now, true)).toBe(byHand);
});

const facts: MenuFacts = {
  isOnRequest: false,
  hasLanguage: true,
  hasSmallerModel: true,
  hasReason: true,
  hasShown: true,
  hasStatistics: true,
};

test.each([
  [{}, 'only-when-asked'],
  [{ isEnabled: false }, 'turn-on'],
  [{ withoutConsent: ['other'] }, 'turn-on'],
  [{ unknownModel: 'gpt3' }, 'choose-model'],
  [{ isOnForLanguage: false }, 'language-on'],
  [{ failure: 'x' }, 'show-log'],
  [{ snoozedUntil: 9 }, 'end-snooze'],
  [{ isOnRequest: true }, 'as-you-type'],
  [{ slowMs: 2000 }, 'offer-anyway'],
] as const)('with %j the menu begins with %s, and has nothing twice', (change, first) => {
  const now = { ...calm, ...change };
  const groups = menuOf(stateOf(now), { ...facts, isOnRequest: now.isOnRequest });
  const all = groups.flat();
  expect(all[0]).toBe(first);
  expect(new Set(all).size).toBe(all.length);
  expect(groups.every(group => group.length > 0)).toBe(true);
  expect(all).toContain('settings');
  expect(all.includes('turn-off')).toBe(now.isEnabled);
  expect(all.includes('smaller-model')).toBe(stateOf(now).kind === 'too-slow');
  expect(all.includes('language-off') && all.includes('language-on')).toBe(false);
});

test('the menu has only what there is', () => {
  const nothing = { hasReason: false, hasShown: false, hasStatistics: false };
  const all = menuOf(
    { kind: 'too-slow', typicalMs: 2000 },
    { isOnRequest: false, hasLanguage: false, hasSmallerModel: false, ...nothing },
  );
  expect(all).toEqual([
    ['offer-anyway'],
    ['only-when-asked', 'snooze-5', 'snooze-15', 'snooze-60'],
    ['choose-model'],
    ['settings', 'turn-off'],
  ]);
});

const names = { model: 'SmolLM2', language: 'Python' };

const until = new Date(2026, 0, 2, 14, 5).getTime();

test.each([
  [{ kind: 'off' }, 'SmolLM2: off', /is off/u],
  [
    { kind: 'needs-consent', others: ['Copilot'] },
    'SmolLM2',
    /waiting for your decision: Copilot also completes text/u,
  ],
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
  [{ kind: 'generating' }, 'SmolLM2', /is writing/u],
  [{ kind: 'failed', message: 'No memory.' }, 'SmolLM2', /No memory\./u],
  [{ kind: 'snoozed', until }, `SmolLM2: snoozed until ${clock(until)}`, /Press Alt\+\\ to ask/u],
  [{ kind: 'on-request' }, 'SmolLM2: on request', /only when you ask\. Press Alt\+\\ to ask/u],
  [{ kind: 'too-slow', typicalMs: 2345 }, 'SmolLM2: on request', /2\.3 s .*Alt\+\\.*smaller/u],
  [{ kind: 'ready' }, 'SmolLM2', /completes text as you write/u],
] as const)('the state %j is said as %j', (state: CompletionState, short, sentences) => {
  expect(shortWords(state, names)).toBe(short);
  expect(sentencesOf(state, names)).toMatch(sentences);
});

test('the key that the sentences name is bound', () => {
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
