import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/testApi';
import { command, openText, select, testApi, tidy, until } from './inVsCode';

describe('Tokens in the editor', () => {
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(async () => {
    if (api.tokenColors().isOn) {
      await command('toggleTokenColors');
    }
    await tidy();
  });

  /** What is painted, in the order of the text. */
  const painted = (editor: vscode.TextEditor) => {
    const { even, odd } = api.tokenColors().ranges;
    return [...even, ...odd]
      .sort((a, b) => a.start.compareTo(b.start))
      .map(range => editor.document.getText(range));
  };
  const untilPainted = (editor: vscode.TextEditor, tokens: readonly string[]) =>
    until(
      () => JSON.stringify(painted(editor)) === JSON.stringify(tokens),
      `${JSON.stringify(tokens)} to be painted, not ${JSON.stringify(painted(editor))}`,
    ).catch((error: unknown) => {
      assert.fail(`${String(error)}; painted is ${JSON.stringify(painted(editor))}`);
    });

  it('are painted one after the other, follow edits, and are gone after the second toggle', async () => {
    const editor = await openText('The cat sat.');
    await command('toggleTokenColors');
    await untilPainted(editor, ['The', ' cat', ' sat', '.']);
    const { even, odd } = api.tokenColors().ranges;
    assert.deepEqual([even.length, odd.length], [2, 2]);
    await editor.edit(edit => edit.insert(new vscode.Position(0, 3), ' big'));
    await untilPainted(editor, ['The', ' big', ' cat', ' sat', '.']);
    await command('toggleTokenColors');
    assert.equal(api.tokenColors().isOn, false);
    assert.deepEqual(painted(editor), []);
  });

  it('share a character that is split, and the pointer tells its bytes', async () => {
    const editor = await openText('a 🦜 b');
    await command('toggleTokenColors');
    await until(() => api.tokenColors().ranges.shared.length > 0, 'the shared character');
    const [shared] = api.tokenColors().ranges.shared;
    assert.ok(shared && editor.document.getText(shared).includes('🦜'));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      shared.end.translate(0, -1),
    );
    const told = hovers
      .flatMap(({ contents }) => contents)
      .map(content => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n')
      .replace(/\\(?=[!-/:-@[-`{-~])/gu, '');
    // The parrot is F0 9F A6 9C.
    for (const byte of ['F0', '9F', 'A6', '9C']) {
      assert.match(told, new RegExp(byte, 'u'));
    }
    assert.match(told, /\d tokens of SmolLM2/u);
    assert.doesNotMatch(told, /\ufffd/u);
  });

  it('are cut anew by another tokenizer', async () => {
    const editor = await openText('The cat sat.');
    await command('toggleTokenColors');
    await untilPainted(editor, ['The', ' cat', ' sat', '.']);
    const settings = vscode.workspace.getConfiguration('lmEvolution');
    await settings.update('tokens.model', 'bert', vscode.ConfigurationTarget.Global);
    try {
      await untilPainted(editor, ['The', 'cat', 'sat', '.']);
    } finally {
      await settings.update('tokens.model', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('are counted for the selection, and for no selection not at all', async () => {
    const editor = await openText('The cat sat.\n\nThe dog lay down.');
    await until(() => api.tokenCount() === '', 'no count');
    select(editor, 'The cat sat.');
    await until(() => api.tokenCount() === '4 tokens', 'the four tokens');
    select(editor, 'The cat sat.', 'The dog');
    await until(() => api.tokenCount() === '6 tokens', 'those of two selections');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await until(() => api.tokenCount() === '', 'no count again');
  });

  it('are painted where the editor looks in a document of ten megabytes', async () => {
    const line = 'The cat sat on the mat because it was tired.\n';
    const editor = await openText(line.repeat(Math.ceil(10_000_000 / line.length)), 'plaintext');
    await command('toggleTokenColors');
    await until(() => painted(editor).length > 0, 'tokens at the top');
    const last = editor.document.lineCount - 1;
    editor.revealRange(new vscode.Range(last, 0, last, 0));
    await until(
      () => api.tokenColors().ranges.even.some(({ start }) => start.line > last - 10),
      'tokens at the end',
    );
    assert.ok(painted(editor).length < 20_000, 'no more than is seen, and some lines around it');
  });
});
