import { expect, test, vi } from 'vitest';
import { languageName } from '../../../../../src/extension/features/completion/languageNames';

vi.mock('vscode', () => ({}));

const manifests = [
  undefined,
  'none',
  { contributes: { languages: 'python' } },
  { contributes: { languages: [{ id: 'python' }, { id: 'css', aliases: ['CSS', 'css'] }] } },
  {
    contributes: {
      languages: [{ id: 'x', aliases: [] }, 7, { id: 'python', aliases: ['Python'] }],
    },
  },
];

test.each([
  ['python', 'Python'],
  ['css', 'CSS'],
  ['x', 'x'],
  ['plaintext', 'Plain Text'],
  ['constructor', 'constructor'],
])('the language %s is called %s', (id, name) => {
  expect(languageName(manifests, id)).toBe(name);
});
