import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, select, testApi, tidy, until } from './inVsCode';

describe('Tokens in the editor', () => {
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(async () => {
    if (api.tokenColors.state.isOn) {
      await command('toggleTokenColors');
    }
    await tidy();
  });

  /** What is painted, in the order of the text. */
  const painted = (editor: vscode.TextEditor) => {
    const { even, odd } = api.tokenColors.state.ranges;
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

  /** All that hovers say at a place. */
  const hovered = async ({ uri }: vscode.TextDocument, position: vscode.Position) =>
    (
      await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        position,
      )
    )
      .flatMap(({ contents }) => contents)
      .map(content => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n')
      .replace(/\\(?=[!-/:-@[-`{-~])/gu, '');

  it('are painted one after the other, follow edits, and are gone after the second toggle', async () => {
    const editor = await openText('The cat sat.');
    await command('toggleTokenColors');
    await untilPainted(editor, ['The', ' cat', ' sat', '.']);
    const { even, odd } = api.tokenColors.state.ranges;
    assert.deepEqual([even.length, odd.length], [2, 2]);
    await editor.edit(edit => edit.insert(new vscode.Position(0, 3), ' big'));
    await untilPainted(editor, ['The', ' big', ' cat', ' sat', '.']);
    await command('toggleTokenColors');
    assert.equal(api.tokenColors.state.isOn, false);
    assert.deepEqual(painted(editor), []);
  });

  it('share a character that is split, and the pointer tells its bytes', async () => {
    const editor = await openText('a 🦜 b');
    await command('toggleTokenColors');
    await until(() => api.tokenColors.state.ranges.shared.length > 0, 'the shared character');
    const [shared] = api.tokenColors.state.ranges.shared;
    assert.ok(shared && editor.document.getText(shared).includes('🦜'));
    const told = await hovered(editor.document, shared.end.translate(0, -1));
    // The parrot is F0 9F A6 9C.
    for (const byte of ['F0', '9F', 'A6', '9C']) {
      assert.match(told, new RegExp(byte, 'u'));
    }
    assert.match(told, /\d tokens of SmolLM2/u);
    assert.doesNotMatch(told, /\ufffd/u);
  });

  it('are said in the status bar without a selection, and Escape ends them', async () => {
    const editor = await openText('The cat sat.');
    await command('toggleTokenColors');
    await untilPainted(editor, ['The', ' cat', ' sat', '.']);
    assert.match(api.tokenColors.state.statusText, /tokens of SmolLM2/u);
    await command('tokenColors.end');
    assert.deepEqual([api.tokenColors.state.isOn, api.tokenColors.state.statusText], [false, '']);
    await command('tokenColors.end');
    assert.equal(api.tokenColors.state.isOn, false);
  });

  it('are told in both editors of a document, wherever each of them looks', async () => {
    const first = await openText('The cat sat on the mat.\n'.repeat(700), 'plaintext');
    first.revealRange(new vscode.Range(0, 0, 0, 0));
    const second = await vscode.window.showTextDocument(first.document, vscode.ViewColumn.Two);
    const last = first.document.lineCount - 2;
    second.revealRange(new vscode.Range(last, 0, last, 0));
    await command('toggleTokenColors');
    await until(
      () => api.tokenColors.state.ranges.even.some(({ start }) => start.line > last - 5),
      'tokens at the end in the second editor',
    );
    const told = async (line: number) =>
      (await hovered(first.document, new vscode.Position(line, 5))).includes('id ');
    await until(() => told(last), 'the token at the end');
    await until(() => told(2), 'the token at the beginning');
  });

  it('tell of a word that the tokenizer cannot spell that it is unknown', async () => {
    const settings = vscode.workspace.getConfiguration('lmEvolution');
    await settings.update('tokens.model', 'bert', vscode.ConfigurationTarget.Global);
    try {
      const editor = await openText('a 👩‍🔬 b');
      await command('toggleTokenColors');
      await untilPainted(editor, ['a', '👩‍🔬', 'b']);
      const words = await hovered(editor.document, new vscode.Position(0, 3));
      assert.match(words, /unknown to BERT/u);
      assert.match(words, /UNK/u);
    } finally {
      await settings.update('tokens.model', undefined, vscode.ConfigurationTarget.Global);
    }
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
    await until(() => api.tokenCount.text === '', 'no count');
    select(editor, 'The cat sat.');
    await until(() => api.tokenCount.text === '4 tokens of SmolLM2', 'the four tokens');
    select(editor, 'The cat sat.', 'The dog');
    await until(() => api.tokenCount.text === '6 tokens of SmolLM2', 'those of two selections');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await until(() => api.tokenCount.text === '', 'no count again');
  });

  it('are counted in parts where the selection is long, and said not to be where it is too long', async function () {
    this.timeout(120_000);
    const editor = await openText('The cat sat.\n'.repeat(12_000), 'plaintext');
    await vscode.commands.executeCommand('editor.action.selectAll');
    await until(() => !editor.selection.isEmpty, 'the selection');
    // Of each line four and its end.
    await until(
      () => api.tokenCount.text === '60,000 tokens of SmolLM2',
      'all of 156,000 characters',
      60_000,
    );
    await openText('The cat sat.\n'.repeat(400_000), 'plaintext');
    await vscode.commands.executeCommand('editor.action.selectAll');
    await until(() => api.tokenCount.text === 'too long to count', 'a word of what is not counted');
  });

  it('are painted where the editor looks in a document of ten megabytes', async () => {
    const line = 'The cat sat on the mat because it was tired.\n';
    const editor = await openText(line.repeat(Math.ceil(10_000_000 / line.length)), 'plaintext');
    await command('toggleTokenColors');
    await until(() => painted(editor).length > 0, 'tokens at the top');
    const last = editor.document.lineCount - 1;
    editor.revealRange(new vscode.Range(last, 0, last, 0));
    await until(
      () => api.tokenColors.state.ranges.even.some(({ start }) => start.line > last - 10),
      'tokens at the end',
    );
    assert.ok(painted(editor).length < 20_000, 'no more than is seen, and some lines around it');
  });
});
