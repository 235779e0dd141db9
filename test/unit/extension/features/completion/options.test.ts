import { expect, test } from 'vitest';
import {
  isOnFor,
  canComplete,
  completionOptions,
} from '../../../../../src/extension/features/completion/options';

test.each([
  [{ '*': true }, 'markdown', true],
  [{ '*': true, markdown: false }, 'markdown', false],
  [{ '*': false, python: true }, 'python', true],
  [{ '*': false }, 'python', false],
  [{}, 'python', true],
  [{ '*': true }, 'constructor', true],
])('with %j completion in %s is %s', (languages, languageId, isOn) => {
  expect(isOnFor(languages as Record<string, boolean>, languageId)).toBe(isOn);
});

const standard = {
  enabled: false,
  model: 'smollm2',
  when: 'asYouType',
  languages: {},
  delay: 120,
  length: 16,
  evenWhenSlow: false,
};

test.each([
  [{}, {}],
  [{ delay: Number.NaN, length: 'many', enabled: 1, model: 7, languages: [], when: 'x' }, {}],
  // One that there is not is told of by its name, and never becomes a path.
  [{ model: ' a/../b ' }, { model: 'a/../b' }],
  [{ model: ' ' }, {}],
  [{ when: 'whenAsked' }, { when: 'whenAsked' }],
  [
    { delay: -5, length: 1e9 },
    { delay: 0, length: 64 },
  ],
  [
    { delay: Infinity, length: 2.4 },
    { delay: 2000, length: 2 },
  ],
  [
    { languages: { '*': true, python: 'no', markdown: false } },
    { languages: { '*': true, markdown: false } },
  ],
  [
    { enabled: true, model: 'gpt2', evenWhenSlow: true },
    { enabled: true, model: 'gpt2', evenWhenSlow: true },
  ],
])('settings %j are read as the default with %j', (given, read) => {
  const none = { enabled: undefined, model: undefined, languages: undefined };
  const rest = { when: undefined, delay: undefined, length: undefined, evenWhenSlow: undefined };
  expect(completionOptions({ ...none, ...rest, ...given })).toEqual({ ...standard, ...read });
});

test('only models of our own list can complete', () => {
  expect(['smollm2', 'gpt2', 'bert', 'gpt3', 'a/../b', ''].filter(canComplete)).toEqual([
    'smollm2',
    'gpt2',
  ]);
});
