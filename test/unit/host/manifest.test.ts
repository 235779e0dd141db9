import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import nls from '../../../package.nls.json' with { type: 'json' };
import words from '../../../l10n/bundle.l10n.json' with { type: 'json' };
import { bundledModels } from '../../../src/bundledModels';
import { commandTable, type CommandParts } from '../../../src/commands';

const { contributes } = packageJson;

test('every command of the manifest has a function, and the other way round', () => {
  // The table is only looked at, and nothing in it is called.
  const table = commandTable({} as CommandParts);
  expect(Object.keys(table).sort()).toEqual(
    contributes.commands.map(({ command }) => command).sort(),
  );
});

test('menus and key bindings name commands that exist', () => {
  const known = contributes.commands.map(({ command }) => command);
  const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
  expect(named.map(({ command }) => command).filter(command => !known.includes(command))).toEqual(
    [],
  );
});

test('every word of the manifest stands in package.nls.json, and no other', () => {
  const used = [...JSON.stringify(packageJson).matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key);
  expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
});

test('every word of the host stands in l10n/bundle.l10n.json, and no other', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => readFileSync(`src/${path}`, 'utf8'));
  const used = sources.flatMap(source =>
    [...source.matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, word]) =>
      word?.replaceAll("\\'", "'"),
    ),
  );
  expect(Object.keys(words).sort()).toEqual([...new Set(used)].sort());
});

test('there is a colour for each strength, in all four kinds of theme', () => {
  const steps = contributes.colors.filter(({ id }) => /attention\.step\d$/.test(id));
  expect(steps.map(({ id }) => id.at(-1)).join('')).toBe('12345678');
  for (const { defaults } of contributes.colors) {
    expect(Object.keys(defaults).sort()).toEqual([
      'dark',
      'highContrast',
      'highContrastLight',
      'light',
    ]);
  }
});

test('the named model folders are the ones that are there', () => {
  const folders = readdirSync('models', { withFileTypes: true }).filter(one => one.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...bundledModels].sort());
});

test('the editor may use the tokenizer of every model', () => {
  const { enum: models } = contributes.configuration.properties['lmEvolution.tokens.model'];
  expect(models).toEqual([...bundledModels]);
});

test('nothing is activated before the window has started', () => {
  expect(packageJson.activationEvents).toEqual([
    // Completion that is on must be there without a command, and VS Code has no event for a setting.
    'onStartupFinished',
    'onWebviewPanel:lmEvolution.attention',
    'onWebviewPanel:lmEvolution.tokens',
    'onWebviewPanel:lmEvolution.stage',
    'onWebviewPanel:lmEvolution.next',
    'onWebviewPanel:lmEvolution.why',
  ]);
});
