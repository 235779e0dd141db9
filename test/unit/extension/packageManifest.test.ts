import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { releases } from '../../../scripts/setup/vscodeServer.mjs';
import packageJson from '../../../package.json' with { type: 'json' };
import nls from '../../../package.nls.json' with { type: 'json' };
import words from '../../../l10n/bundle.l10n.json' with { type: 'json' };
import {
  shortName,
  completionModels,
  defaultModel,
} from '../../../src/extension/features/completion/options';
import { bundledModels } from '../../../src/extension/modelCatalog/bundledModels';
import { commandTable, type CommandParts } from '../../../src/extension/commands';
import { capabilitiesOf, type Capability } from '../../../src/common/protocol/engine/capabilities';
import { parseModelJson, parseManifest } from '../../../src/common/protocol/manifest';
import { filesOf } from '../../../src/common/engineClient/modelFolder';

const { contributes } = packageJson;
const properties: Readonly<Record<string, Setting>> = Object.fromEntries(
  contributes.configuration.flatMap(group => Object.entries<Setting>(group.properties)),
);
interface Setting {
  readonly enum?: readonly string[];
  readonly default: unknown;
  readonly enumItemLabels?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}
/** A word of the manifest, "%key%". */
const wordOf = (word: string) => nls[word.slice(1, -1) as keyof typeof nls]; // Another test looks the keys up.

test('the oldest VS Code that is allowed is the one that is tested, and the one whose types are used', () => {
  const { engines, devDependencies } = packageJson;
  const [, minor = ''] = releases.oldest.versions['code-server']?.split('.') ?? [];
  expect(engines.vscode).toBe(`^1.${minor}.0`);
  expect(devDependencies['@types/vscode']).toBe(`1.${minor}.0`);
});

test('every command of the manifest has a function, and the other way round', () => {
  // The table is only looked at, and nothing in it is called.
  const table = commandTable({} as CommandParts);
  expect(Object.keys(table).sort()).toEqual(
    contributes.commands.map(({ command }) => command).sort(),
  );
});

test('menus and key bindings name commands that exist', () => {
  // VS Code's own, which ask for what is offered and take it.
  const theirs = ['editor.action.inlineSuggest.trigger', 'editor.action.inlineSuggest.commit'];
  const known = [...contributes.commands.map(({ command }) => command), ...theirs];
  const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
  expect(named.map(({ command }) => command).filter(command => !known.includes(command))).toEqual(
    [],
  );
});

test('Escape is left to what VS Code closes with it first', () => {
  const bound = contributes.keybindings.filter(({ key }) => key === 'escape');
  expect(bound.length).toBeGreaterThan(0);
  for (const { when } of bound) {
    // "No code actions available" is a message; the others are widgets that leave the focus in the text.
    const widgets = ['messageVisible', 'suggestWidgetVisible', 'editorHoverVisible'];
    for (const context of [
      ...widgets,
      'findWidgetVisible',
      'dirtyDiffVisible',
      'notificationToastsVisible',
    ]) {
      expect(when).toContain(`!${context}`);
    }
  }
});

test('what shows has no key that hides, and what hides is offered where there is something to hide', () => {
  const named = contributes.keybindings.map(({ command }) => command);
  expect(named).not.toContain('lmEvolution.showSurprisal');
  expect(named).toContain('lmEvolution.hideSurprisal');
  expect(contributes.menus.commandPalette).toContainEqual({
    command: 'lmEvolution.hideSurprisal',
    when: 'lmEvolution.surprisalOn',
  });
});

test.each(['toggleCaretAttention', 'toggleTokenColors'])(
  'the menu entry of %s does not name Escape, which only ends it',
  name => {
    const id = `lmEvolution.${name}`;
    expect(
      contributes.keybindings.filter(({ command, key }) => command === id && key === 'escape'),
    ).toEqual([]);
  },
);

test.each(['caretAttention.end', 'tokenColors.end'])('%s is for its key alone', name => {
  const id = `lmEvolution.${name}`;
  expect(contributes.keybindings.find(({ command }) => command === id)?.key).toBe('escape');
  const { commandPalette, ...menus } = contributes.menus;
  expect(commandPalette).toContainEqual({ command: id, when: 'false' });
  expect(
    Object.values(menus)
      .flat()
      .map(({ command }) => command),
  ).not.toContain(id);
});

test.each(['exportAttention', 'copyAttention'])('%s is off while there is no picture', name => {
  const id = `lmEvolution.${name}`;
  const command = contributes.commands.find(one => one.command === id);
  expect(command).toMatchObject({ enablement: 'lmEvolution.attentionShown' });
});

test('every string of the manifest is in package.nls.json, and no other', () => {
  const used = [...JSON.stringify(packageJson).matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key);
  expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
});

test('every string of the host is in l10n/bundle.l10n.json, and no other', () => {
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
  expect(properties['lmEvolution.tokens.model']?.enum).toEqual([...bundledModels]);
});

describe('the settings', () => {
  const manifests = bundledModels.map(id => {
    const bytes = readFileSync(`models/${id}/manifest.json`);
    return parseManifest(parseModelJson(new Uint8Array(bytes).buffer, 'manifest.json'));
  });
  const able = (ability: Capability) =>
    manifests.filter(one => capabilitiesOf(one).includes(ability)).map(({ id }) => id);

  test('offer for completion the models that can go on with a text, and the code knows the same', () => {
    const { enum: offered, default: first } = properties['lmEvolution.completion.model'] ?? {};
    expect([...(offered ?? [])].sort()).toEqual(able('predict').sort());
    expect(offered).toEqual([...completionModels]);
    expect(first).toBe(defaultModel);
  });

  test('offer for surprisal the models that say how probable a text is, or none', () => {
    const { enum: offered } = properties['lmEvolution.surprisal.model'] ?? {};
    expect([...(offered ?? [])].sort()).toEqual(['', ...able('predict')].sort());
  });

  test.each(['completion', 'surprisal', 'tokens'])(
    'name the models of %s as their folders do, and tell their true size',
    section => {
      const words = properties[`lmEvolution.${section}.model`];
      const offered = words?.enum ?? [];
      expect(offered).not.toHaveLength(0);
      for (const [index, id] of offered.entries()) {
        if (id === '') {
          continue; // No model.
        }
        const found = manifests.find(one => one.id === id)!;
        expect(wordOf(words?.enumItemLabels?.[index] ?? '')).toBe(shortName(found.name));
        const megabytes = filesOf(found).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
        const about = words?.enumDescriptions?.[index];
        if (about !== undefined) {
          expect(wordOf(about)).toMatch(`${Math.round(megabytes)} MB.`);
        }
      }
    },
  );

  test('stand in groups whose ids are what VS Code takes off their names', () => {
    for (const { id, properties: inGroup } of contributes.configuration) {
      for (const name of Object.keys(inGroup)) {
        expect(name.slice(0, name.lastIndexOf('.'))).toBe(id);
      }
    }
  });

  test('every choice has a name', () => {
    for (const [name, { enum: choices, enumItemLabels }] of Object.entries(properties)) {
      expect(enumItemLabels?.length ?? 0, name).toBe(choices?.length ?? 0);
    }
  });
});

test('what runs on a text is offered where there is one: a panel of ours is none', () => {
  const whens = contributes.viewsWelcome.map(({ when }) => when);
  expect(whens).toEqual([
    '!lmEvolution.hasText && !lmEvolution.stageOpen',
    '!lmEvolution.hasText && lmEvolution.stageOpen',
    'lmEvolution.hasText',
  ]);
});

describe('the walkthrough', () => {
  const [walkthrough, ...others] = contributes.walkthroughs;
  const steps = walkthrough?.steps ?? [];

  test('is one, of at most six steps', () => {
    expect(others).toEqual([]);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.length).toBeLessThanOrEqual(6);
  });

  test.each(steps)(
    '$id is checked off by what a user has done, which exists',
    ({ completionEvents }) => {
      expect(completionEvents).not.toHaveLength(0);
      const known = [
        // Not on the command itself: it may have had no text.
        ...contributes.commands.map(({ command }) => `onContext:${command.replace('.', '.did.')}`),
        ...Object.keys(properties).map(name => `onSettingChanged:${name}`),
        ...Object.values(contributes.views)
          .flat()
          .map(({ id }) => `onView:${id}`),
      ];
      expect(known).toEqual(expect.arrayContaining(completionEvents));
    },
  );

  test.each(steps)('$id has a picture of the product for each kind of theme', ({ id, media }) => {
    for (const path of Object.values(media.image)) {
      expect(existsSync(path), path).toBe(true);
    }
    expect(media.image).toEqual({
      dark: `media/walkthrough/${id}-dark.png`,
      light: `media/walkthrough/${id}-light.png`,
      hc: `media/walkthrough/${id}-high-contrast.png`,
      hcLight: `media/walkthrough/${id}-high-contrast-light.png`,
    });
  });

  test.each(steps)('$id offers only commands that exist', ({ description }) => {
    const text = nls[description.slice(1, -1) as keyof typeof nls]; // "%key%", which another test looks up.
    const offered = [...text.matchAll(/\(command:([\w.]+)/g)].map(([, command]) => command);
    const known = [
      ...contributes.commands.map(({ command }) => command),
      ...contributes.viewsContainers.activitybar.map(({ id }) => `workbench.view.extension.${id}`),
    ];
    expect(offered).not.toHaveLength(0);
    expect(known).toEqual(expect.arrayContaining(offered));
  });
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
    'onWebviewPanel:lmEvolution.maps',
  ]);
});
