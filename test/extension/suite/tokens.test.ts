import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TokensDescription } from '../../../src/common/protocol/pages/tokens';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, putCaret, select, testApi, tidy, until } from './inVsCode';

describe('Show Tokens', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  /** Waits until the page shows the tokens of a text that has this one in the row of BERT. */
  const shown = (token: string): Promise<TokensDescription> =>
    until(async () => {
      const description = await api.panels.tokens.ask(page => page.describe({}));
      const bert = description?.rows.find(({ modelIds }) => modelIds.includes('bert'));
      return description?.state === 'ready' && bert?.chips.includes(token) && description;
    }, `the tokens of a text with "${token}"`);

  function rowOf({ rows }: TokensDescription, modelId: string) {
    const row = rows.find(({ modelIds }) => modelIds.includes(modelId));
    assert.ok(row, `no row of ${modelId}`);
    return row;
  }

  it('shows the tokens of every tokenizer, and loads no model for it', async () => {
    const editor = await openText('Before. The unbelievable cat. After.');
    select(editor, 'The unbelievable cat.');
    await command('showTokens');
    const description = await shown('cat');
    assert.equal(rowOf(description, 'transformer').kind, 'byte-level');
    assert.equal(rowOf(description, 'bert').kind, 'word-piece');
    assert.match(api.panels.tokens.current?.title ?? '', /^Tokens: words-\d+\.txt:1$/u);
  });

  it('takes the sentence at the caret, and several selections as one text', async () => {
    const editor = await openText('The first cat. The second dog.');
    putCaret(editor, 'dog');
    await command('showTokens');
    await shown('dog');
    select(editor, 'first', 'second');
    await command('showTokens');
    const { chips } = rowOf(await shown('first'), 'bert');
    assert.deepEqual(chips, ['[CLS]', 'first', 'second', '[SEP]']);
  });

  it('stands beside the panel of attention and is used again', async () => {
    const editor = await openText('The first cat. The second dog.');
    putCaret(editor, 'dog');
    await command('showTokens');
    await shown('dog');
    const panel = api.panels.tokens.current;
    await command('showAttention');
    assert.ok(api.panels.attention.current);
    assert.notEqual(api.panels.attention.current, panel);
    await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    putCaret(editor, 'cat');
    await command('showTokens');
    await shown('cat');
    assert.equal(api.panels.tokens.current, panel);
  });

  it('comes back after a reload of the window, and says when its text has changed', async () => {
    const editor = await openText('The words to come back.');
    putCaret(editor, 'words');
    await command('showTokens');
    await shown('words');
    const subject = api.panels.tokens.current?.subject;
    api.panels.tokens.current?.dispose();
    const restored = vscode.window.createWebviewPanel('lmEvolution.tokens', 'x', {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    await api.panels.tokens.deserializeWebviewPanel(restored, { subject });
    await shown('words');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 6), 'XX'));
    await until(
      () => /text has changed/u.test(api.panels.tokens.current?.title ?? ''),
      'the title of a text that has changed',
    );
  });

  it('lights in the page the token under the caret', async () => {
    const editor = await openText('The cat sat here.');
    select(editor, 'The cat sat here.');
    await command('showTokens');
    await shown('sat');
    putCaret(editor, 'sat', 1);
    const { rows, lit } = await until(async () => {
      const description = await shown('sat');
      return description.lit.some(each => each.length > 0) && description;
    }, 'the lit token');
    for (const [index, each] of lit.entries()) {
      const [token] = each.map(one => rows[index]?.chips[one]);
      assert.match(token ?? '', /^·?sat$/u);
    }
  });

  it('takes the place of a tab of an earlier window that nobody has looked at', async () => {
    // As VS Code keeps one after a reload: a tab of ours without a panel.
    const viewType = 'lmEvolution.tokens';
    vscode.window.createWebviewPanel(viewType, 'Tokens', vscode.ViewColumn.Two);
    const tabs = () =>
      vscode.window.tabGroups.all
        .flatMap(group => group.tabs)
        .filter(
          ({ input }) =>
            input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType),
        );
    await until(() => tabs().length === 1, 'the tab');
    const editor = await openText('Words for the tokens.');
    putCaret(editor, 'tokens');
    const column = tabs()[0]?.group.viewColumn;
    await command('showTokens');
    await until(() => tabs()[0]?.label.includes('words-'), 'the panel of the new text');
    await until(() => tabs().length === 1, 'one tab alone');
    assert.equal(tabs()[0]?.group.viewColumn, column);
  });

  it('refuses white space, and offers the whole document', async () => {
    const editor = await openText('\n\nOnly here.');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await command('showTokens');
    await until(() => api.reporter.last?.action === 'Use Whole Document', 'the refusal');
    assert.equal(api.panels.tokens.current, undefined);
  });

  for (const [what, text, chip] of [
    ['null bytes', 'The cat sat\0 here.', 'cat'],
    ['lone surrogates', 'The cat \ud800 sat.', 'cat'],
    ['emoji with joiners', 'The cat 👨‍👩‍👧 sat.', '[UNK]'],
    ['right-to-left text', 'The cat שלום عالم.', 'cat'],
    ['line ends of Windows', 'The cat\r\nsat.\r\n', 'cat'],
  ] as const) {
    it(`takes ${what}`, async () => {
      const editor = await openText(text);
      select(editor, editor.document.getText());
      await command('showTokens');
      const { rows } = await shown(chip);
      assert.ok(rows.every(({ chips }) => chips.every(one => !one.includes('\ufffd'))));
    });
  }

  it('takes of a huge selection what it can, and says what was left out', async () => {
    const editor = await openText('the cat sat. '.repeat(10_000));
    await vscode.commands.executeCommand('editor.action.selectAll');
    assert.ok(editor);
    await command('showTokens');
    const description = await shown('sat');
    assert.match(description.markdown, /left out/u);
    assert.ok(rowOf(description, 'bert').tokens.length > 30_000);
  });
});
