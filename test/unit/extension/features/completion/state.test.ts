import { expect, test } from 'vitest';
import { menuOf, type MenuFacts } from '../../../../../src/extension/features/completion/menu';
import {
  mayOffer,
  stateOf,
  type Circumstances,
} from '../../../../../src/extension/features/completion/state';

const calm: Circumstances = {
  isEnabled: true,
  unasked: [],
  unknownModel: undefined,
  languageId: 'markdown',
  isOnForLanguage: true,
  work: undefined,
  failure: undefined,
  snoozedUntil: undefined,
  isOnRequest: false,
  tooSlowMs: undefined,
};

test.each([
  [{}, 'ready', true, true],
  [{ isEnabled: false, work: 'thinking' }, 'off', false, false],
  [{ unasked: ['other'] }, 'unasked', false, false],
  [{ unknownModel: 'gpt3', isOnForLanguage: false }, 'no-model', false, false],
  [{ isOnForLanguage: false }, 'off-for-language', false, false],
  [{ isOnForLanguage: false, languageId: undefined }, 'ready', true, true],
  [{ work: 'loading' }, 'loading', true, true],
  [{ work: 'loading', tooSlowMs: 9 }, 'loading', false, true],
  [{ work: 'thinking', isOnRequest: true }, 'thinking', false, true],
  [{ work: 'thinking', failure: 'x' }, 'thinking', true, true],
  [{ failure: 'x' }, 'failed', true, true],
  [{ failure: 'x', snoozedUntil: 9 }, 'failed', false, true],
  [{ snoozedUntil: 9, isOnRequest: true }, 'snoozed', false, true],
  [{ isOnRequest: true, tooSlowMs: 2000 }, 'on-request', false, true],
  [{ tooSlowMs: 2000 }, 'too-slow', false, true],
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
  hasNothing: true,
  hasOffered: true,
  hasStatistics: true,
};

test.each([
  [{}, 'only-when-asked'],
  [{ isEnabled: false }, 'turn-on'],
  [{ unasked: ['other'] }, 'turn-on'],
  [{ unknownModel: 'gpt3' }, 'choose-model'],
  [{ isOnForLanguage: false }, 'language-on'],
  [{ failure: 'x' }, 'show-log'],
  [{ snoozedUntil: 9 }, 'end-snooze'],
  [{ isOnRequest: true }, 'as-you-type'],
  [{ tooSlowMs: 2000 }, 'offer-anyway'],
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
  const nothing = { hasNothing: false, hasOffered: false, hasStatistics: false };
  const all = menuOf(
    { kind: 'too-slow', usualMs: 2000 },
    { isOnRequest: false, hasLanguage: false, hasSmallerModel: false, ...nothing },
  );
  expect(all).toEqual([
    ['offer-anyway'],
    ['only-when-asked', 'snooze-5', 'snooze-15', 'snooze-60'],
    ['choose-model'],
    ['settings', 'turn-off'],
  ]);
});
