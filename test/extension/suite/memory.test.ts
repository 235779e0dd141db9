import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, putCaret, select, shown, testApi, tidy, until } from './inVsCode';

const budget = (megabytes: number | undefined) =>
  vscode.workspace
    .getConfiguration('lmEvolution')
    .update('memoryBudget', megabytes, vscode.ConfigurationTarget.Global);

describe('Models in memory', () => {
  let api: TestApi;
  before(async () => {
    api = await testApi();
    api.engine.end('ended by a test');
    api.completionEngine.end();
  });
  afterEach(async () => {
    await budget(undefined);
    await tidy();
  });

  it('are given back by the longest idle past the budget, and come back when they are needed', async () => {
    await tidy();
    await budget(1);
    // How many hold models, after each change; an engine that ends tells so more than once.
    let counts = '';
    const listener = api.memory.onDidChange(() => (counts += String(api.memory.held.length)));
    const told = () => `${counts}, ${JSON.stringify(api.memory.held)}`;
    // No other test looks at it: what the host knows already it would not run again.
    const editor = await openText('The heron slept on the roof because it was warm.');
    select(editor, 'The heron slept');
    await command('showAttention');
    await shown(api, ['The heron slept']);
    // Smaller than the model: what was asked for stays all the same.
    await until(() => counts.endsWith('1'), 'the model of the page is counted');
    assert.match(api.timeline.description ?? '', /^\d+ MB/u);

    putCaret(editor, 'roof');
    await command('toggleCaretAttention');
    await until(() => api.caretAttention.state.marks.length > 0, 'the caret is painted');
    await until(
      () => /21+$/u.test(counts),
      () => `the page gave its model back to the engine of the host: ${told()}`,
    );
    await command('toggleCaretAttention');

    counts = '';
    select(editor, 'on the roof');
    await command('showAttention');
    await shown(api, ['on the roof']);
    await until(
      () => /21+$/u.test(counts),
      () => `the engine of the host gave its model back: ${told()}`,
    );
    listener.dispose();
  });
});
