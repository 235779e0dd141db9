import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, testApi, tidy, until } from './inVsCode';

const settings = () => vscode.workspace.getConfiguration('lmEvolution.completion');
const set = (name: string, value: unknown) =>
  settings().update(name, value, vscode.ConfigurationTarget.Global);

/** A list that was shown. */
interface ShownList {
  readonly title: string | undefined;
  readonly labels: readonly string[];
}

describe('The menu of completion', () => {
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  beforeEach(async () => {
    await set('evenWhenSlow', true);
    await set('enabled', true);
    await openText('Once upon a time', 'python');
    await until(() => api.completion.state.kind === 'ready', 'completion to be ready');
  });
  afterEach(async () => {
    for (const name of ['enabled', 'model', 'when', 'languages', 'evenWhenSlow']) {
      await set(name, undefined);
    }
    await tidy();
  });

  /** Opens the menu, and chooses in it, and in each list that follows, what matches; gives all that was shown. */
  async function choose(...wanted: readonly RegExp[]): Promise<readonly ShownList[]> {
    const { completion } = api;
    const { showList } = completion;
    const shown: ShownList[] = [];
    const answers = [...wanted];
    completion.showList = (items, { title }) => {
      const labels = items.map(({ label, description }) => `${label} ${description ?? ''}`.trim());
      shown.push({ title, labels });
      const answer = answers.shift();
      return Promise.resolve(items.find(({ label }) => answer?.test(label)));
    };
    try {
      await command('completion.menu');
    } finally {
      completion.showList = showList;
    }
    return shown;
  }

  const itemSays = (words: RegExp) =>
    until(() => words.test(api.completion.itemText), `"${words.source}" in the status bar`);

  it('has all that can be done, with the state as its title', async () => {
    const [menu] = await choose();
    assert.equal(menu?.title, 'Completion: SmolLM2');
    const all = menu.labels.join('\n');
    for (const entry of [
      /\$\(keyboard\) Only When Asked press Alt\+\\ to ask/u,
      /Snooze for 5 Minutes/u,
      /Snooze for 15 Minutes/u,
      /Snooze for 60 Minutes/u,
      /\$\(exclude\) Off for Python/u,
      /Choose Model… SmolLM2/u,
      /Settings/u,
      /Turn Off/u,
    ]) {
      assert.match(all, entry);
    }
    assert.doesNotMatch(all, /Offer Anyway|Turn On|Show Log|On for/u);
  });

  it('has texts offered only when asked, and as one types again', async () => {
    await choose(/Only When Asked/u);
    await itemSays(/^\$\(keyboard\) SmolLM2: on request$/u);
    const [menu] = await choose(/As You Type/u);
    assert.equal(menu?.title, 'Completion: SmolLM2: on request');
    await itemSays(/^\$\(sparkle\) SmolLM2$/u);
  });

  it('turns off for a language, and on again by the first entry', async () => {
    await choose(/Off for Python/u);
    await itemSays(/^\$\(exclude\) SmolLM2: off for Python$/u);
    const [menu] = await choose(/On for Python/u);
    assert.match(menu?.labels[0] ?? '', /On for Python/u);
    await itemSays(/^\$\(sparkle\) SmolLM2$/u);
    assert.equal(api.completion.state.kind, 'ready');
  });

  it('snoozes, and ends that', async () => {
    await choose(/Snooze for 15 Minutes/u);
    await itemSays(/^\$\(bell-slash\) SmolLM2: snoozed until \d/u);
    await choose(/End Snooze/u);
    await itemSays(/^\$\(sparkle\) SmolLM2$/u);
  });

  it('turns completion off, and on', async () => {
    await choose(/Turn Off/u);
    await itemSays(/^\$\(circle-slash\) SmolLM2: off$/u);
    const [menu] = await choose(/Turn On/u);
    assert.match(menu?.labels[0] ?? '', /Turn On/u);
    await itemSays(/^\$\(sparkle\) SmolLM2$/u);
  });

  it('says that a model is not there, and offers those that are', async () => {
    await set('model', 'gpt3');
    await itemSays(/^\$\(error\) There is no model “gpt3”$/u);
    const [menu, models] = await choose(/Choose Model/u, /GPT-2/u);
    assert.match(menu?.labels[0] ?? '', /Choose Model/u);
    assert.equal(models?.labels.length, 3);
    assert.match(models.labels[0] ?? '', /^SmolLM2 135 million parameters · 101 MB$/u);
    await itemSays(/^\$\(sparkle\) GPT-2$/u);
    assert.equal(settings().get('model'), 'gpt2');
  });

  it('shows the statistics as a page, and clears them', async () => {
    await command('showCompletionStatistics');
    const tab = await until(
      () =>
        vscode.window.tabGroups.all
          .flatMap(({ tabs }) => tabs)
          .find(({ label }) => label.includes('Completion Statistics')),
      'the page of statistics',
    );
    assert.ok(tab.input instanceof vscode.TabInputWebview, 'not as Markdown is written');
    const document = await until(
      () => vscode.workspace.textDocuments.find(({ uri }) => uri.path.includes('Completion Stat')),
      'the text of the page',
    );
    assert.match(document.getText(), /\| Suggestions shown \| \d/u);
    await command('clearCompletionStatistics');
    assert.equal(api.completion.statistics.shown, 0);
    await until(() => /\| Suggestions shown \| 0/u.test(document.getText()), 'the cleared page');
    await vscode.window.tabGroups.close(tab);
  });
});
