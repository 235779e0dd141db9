import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import {
  closeTexts,
  command,
  expectAttention,
  openText,
  putCaret,
  select,
  shown,
  testApi,
  tidy,
  until,
} from './inVsCode';

describe('Show Attention', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(closeTexts);
  after(tidy);

  const texts = () => api.panels.attention.current?.subject?.segments.map(({ text }) => text);

  it('paints the true attention of one selection', async () => {
    const editor = await openText('A lead-in. The cat sat because it was tired. The rest.');
    select(editor, 'The cat sat because it was tired.');
    await command('showAttention');
    const page = await shown(api, ['The cat sat because it was tired.']);
    expectAttention(page);
    assert.deepEqual(page.tokens[0], '[CLS]');
    assert.match(api.panels.attention.current?.subject?.label ?? '', /^words-\d+\.txt:1$/u);
  });

  it('takes two selections as a pair of sentences', async () => {
    const editor = await openText('The dog barked. In between. It was loud.');
    select(editor, 'The dog barked.', 'It was loud.');
    await command('showAttention');
    const page = await shown(api, ['The dog barked.', 'It was loud.']);
    expectAttention(page);
    assert.equal(page.tokens.filter(token => token === '[SEP]').length, 2);
  });

  it('takes one selection of two paragraphs as a pair', async () => {
    const editor = await openText('The dog barked.\r\n\r\nIt was loud.\r\n');
    await vscode.commands.executeCommand('editor.action.selectAll');
    await command('showAttention');
    await shown(api, ['The dog barked.', 'It was loud.']);
    assert.deepEqual(texts(), ['The dog barked.', 'It was loud.']);
    assert.ok(editor);
  });

  it('joins more than two selections', async () => {
    const editor = await openText('one a two b three c');
    select(editor, 'one', 'two', 'three');
    await command('showAttention');
    await shown(api, ['one', 'two', 'three']);
    assert.deepEqual(texts(), ['one\ntwo\nthree']);
  });

  it('takes the sentence at the caret where nothing is selected', async () => {
    const editor = await openText('First one here. The second sits\nbetween them. Third.');
    putCaret(editor, 'sits');
    await command('showAttention');
    await shown(api, ['The second sits between them.']);
  });

  it('takes the line at the caret in code', async () => {
    const editor = await openText('const a = 1;\n  const b = a + 2;\n', 'typescript');
    putCaret(editor, 'b =');
    await command('showAttention');
    await shown(api, ['const b = a + 2;']);
  });

  it('works in a file', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'in-a-file.md');
    await vscode.workspace.fs.writeFile(
      uri,
      new TextEncoder().encode('# Title\n\nA file of words.\n'),
    );
    const editor = await vscode.window.showTextDocument(uri);
    putCaret(editor, 'of words');
    await command('showAttention');
    await shown(api, ['A file of words.']);
    assert.equal(api.panels.attention.current?.subject?.label, 'in-a-file.md:3');
  });

  it('works in a virtual document', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('lm-test', {
      provideTextDocumentContent: () => 'Words from nowhere.',
    });
    try {
      await vscode.window.showTextDocument(vscode.Uri.parse('lm-test:/nowhere.txt'));
      await command('showAttention');
      await shown(api, ['Words from nowhere.']);
      assert.equal(api.panels.attention.current?.subject?.label, 'nowhere.txt:1');
    } finally {
      provider.dispose();
    }
  });

  it('works in a cell of a notebook', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData([
        new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'x = 1', 'python'),
        new vscode.NotebookCellData(
          vscode.NotebookCellKind.Code,
          'total = price * count',
          'python',
        ),
      ]),
    );
    await vscode.window.showNotebookDocument(notebook, {
      selections: [new vscode.NotebookRange(1, 2)],
    });
    await vscode.commands.executeCommand('notebook.cell.edit');
    await until(
      () => vscode.window.activeTextEditor?.document.getText().startsWith('total'),
      'the editor of the second cell',
    );
    await command('showAttention');
    await shown(api, ['total = price * count']);
    assert.match(api.panels.attention.current?.subject?.label ?? '', /, cell 2:1$/u);
    assert.equal(
      api.panels.attention.current?.subject?.segments[0].origin?.uri,
      notebook.cellAt(1).document.uri.toString(),
    );
  });

  it('works in an output channel', async () => {
    const channel = vscode.window.createOutputChannel('Words');
    try {
      channel.append('Some words came out.');
      channel.show();
      const editor = await until(
        () =>
          vscode.window.visibleTextEditors.find(
            ({ document }) => document.uri.scheme === 'output' && document.getText() !== '',
          ),
        'the output channel',
      );
      await vscode.commands.executeCommand('workbench.panel.output.focus');
      await until(() => vscode.window.activeTextEditor === editor, 'the focus in the output');
      editor.selection = new vscode.Selection(0, 5, 0, 10);
      await command('showAttention');
      await shown(api, ['words']);
    } finally {
      channel.dispose();
      await vscode.commands.executeCommand('workbench.action.closePanel');
    }
  });

  for (const [side, word] of [
    ['right', 'after'],
    ['left', 'before'],
  ] as const) {
    it(`works in the ${side} side of a diff editor`, async () => {
      const provider = vscode.workspace.registerTextDocumentContentProvider('lm-diff', {
        provideTextDocumentContent: ({ path }) => `The word ${path.slice(1, -3)} this.`,
      });
      await vscode.commands.executeCommand(
        'vscode.diff',
        vscode.Uri.parse('lm-diff:/before.md'),
        vscode.Uri.parse('lm-diff:/after.md'),
      );
      await until(() => vscode.window.activeTextEditor, 'the diff editor');
      if (side === 'left') {
        await vscode.commands.executeCommand('workbench.action.compareEditor.focusSecondarySide');
      }
      await until(
        () => vscode.window.activeTextEditor?.document.getText().includes(word),
        `the ${side} side`,
      );
      await command('showAttention');
      await shown(api, [`The word ${word} this.`]);
      provider.dispose();
    });
  }

  it('takes the selection again while the panel has the focus', async () => {
    const editor = await openText('First words. Second words.');
    select(editor, 'First words.');
    await command('showAttention');
    await shown(api, ['First words.']);
    select(editor, 'Second words.');
    api.panels.attention.current?.focus();
    await until(
      () =>
        vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview,
      'the focus in the panel',
    );
    await command('showAttention');
    await shown(api, ['Second words.']);
  });
});
