import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import {
  closeTexts,
  command,
  openText,
  putCaret,
  select,
  shown,
  testApi,
  tidy,
  until,
} from './inVsCode';

describe('The panel', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  async function show(words: string): Promise<vscode.TextEditor> {
    const editor = await openText(`Before. ${words} After.`);
    select(editor, words);
    await command('showAttention');
    await shown(api, [words]);
    return editor;
  }

  it('opens beside the editor and is used again', async () => {
    await show('The first words.');
    const panel = api.panels.attention.current;
    const editor = await openText('And the second words.');
    putCaret(editor, 'second');
    await command('showAttention');
    await shown(api, ['And the second words.']);
    assert.equal(api.panels.attention.current, panel);
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('comes back after a reload of the window with what it showed', async () => {
    const editor = await show('Words to come back.');
    const subject = api.panels.attention.current?.subject;
    api.panels.attention.current?.dispose();
    const restored = vscode.window.createWebviewPanel('lmEvolution.attention', 'x', {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    await api.panels.attention.deserializeWebviewPanel(restored, { subject });
    await shown(api, ['Words to come back.']);
    assert.equal(api.panels.attention.current?.anchor?.isStale, false);
    assert.ok(editor);
  });

  it('comes back empty from a state that is not ours', async () => {
    const restored = vscode.window.createWebviewPanel('lmEvolution.attention', 'x', {
      viewColumn: vscode.ViewColumn.Beside,
    });
    await api.panels.attention.deserializeWebviewPanel(restored, { subject: { modelId: 7 } });
    await until(async () => (await api.attention.describe())?.state === 'empty', 'an empty page');
  });

  it('lights a token in the document, and follows edits elsewhere in it', async () => {
    const editor = await show('The words to light.');
    const { anchor, paint } = api.panels.attention.current ?? {};
    assert.ok(anchor && paint);
    const located = () =>
      anchor
        .locate({ segment: 0, start: 4, end: 9 })
        .map(({ document, range }) => document.getText(range));
    assert.deepEqual(located(), ['words']);
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'Something new. '));
    assert.deepEqual(located(), ['words']);
    assert.equal(anchor.isStale, false);
    await editor.edit(edit =>
      edit.insert(editor.document.positionAt(editor.document.getText().indexOf('ds to')), 'XX'),
    );
    assert.equal(anchor.isStale, true);
    assert.deepEqual(located(), []);
    assert.match(api.panels.attention.current?.title ?? '', /text has changed/u);
  });

  it('opens a closed document again to show a token, and says so when it is gone', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'closed.md');
    const write = () =>
      vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('The words to find.'));
    await write();
    // Not by the API, which would keep the document open for minutes.
    await vscode.commands.executeCommand('vscode.open', uri, vscode.ViewColumn.One);
    await command('showAttention');
    await shown(api, ['The words to find.']);
    const anchor = api.panels.attention.current?.anchor;
    assert.ok(anchor);
    const range = { segment: 0, start: 4, end: 9 } as const;

    await closeTexts();
    await until(
      () =>
        vscode.workspace.textDocuments.every(
          document => document.uri.toString() !== uri.toString(),
        ),
      'the closed document',
    );
    await vscode.workspace.fs.delete(uri);
    await assert.rejects(anchor.locateOrOpen(range), /closed\.md:1 cannot be opened any more/u);

    await write();
    const [found] = await anchor.locateOrOpen(range);
    assert.equal(found?.document.getText(found.range), 'words');
  });

  it('maps a place in the document to its place in the text', async () => {
    const editor = await show('The words to find.');
    const { document } = editor;
    const anchor = api.panels.attention.current?.anchor;
    assert.ok(anchor);
    const at = document.positionAt(document.getText().indexOf('words'));
    assert.deepEqual(anchor.find(document, new vscode.Range(at, at)), {
      segment: 0,
      start: 4,
      end: 4,
    });
    const outside = new vscode.Position(0, 0);
    assert.equal(anchor.find(document, new vscode.Range(outside, outside)), undefined);
  });

  it('gives its content to every export', async () => {
    await show('The words to export.');
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const ask = api.saver.ask;
    try {
      for (const [format, expected] of [
        ['svg', /^(<\?xml[^>]*>\s*)?<svg/u],
        ['png', /^.PNG/u],
        ['csv', /words/u],
        ['json', /"words"/u],
        ['html', /^<!doctype html>/iu],
        ['interactive', /^<!doctype html>[^]*<script/iu],
        ['heads', /"countedFrom":1/u],
        ['npz', /^PK/u],
      ] as const) {
        const ending = { interactive: 'html', heads: 'json' }[format as string] ?? format;
        const target = vscode.Uri.joinPath(folder, `exported-${format}.${ending}`);
        let suggested: vscode.SaveDialogOptions | undefined;
        api.saver.ask = options => {
          suggested = options;
          return Promise.resolve(target);
        };
        await command('exportAttention', format);
        const bytes = await vscode.workspace.fs.readFile(target);
        const content = new TextDecoder('latin1').decode(bytes);
        assert.match(content, expected, `${format}: ${content.slice(0, 80)}`);
        assert.ok(suggested?.defaultUri?.path.endsWith(`.${ending}`));
        assert.equal(api.done.last, `Saved exported-${format}.${ending}`);
        assert.ok(!content.includes('file://'), format);
      }
    } finally {
      api.saver.ask = ask;
    }
  });

  it('writes nothing when the person cancels the dialog', async () => {
    await show('The words not to export.');
    const ask = api.saver.ask;
    const failure = api.reporter.last;
    try {
      api.saver.ask = () => Promise.resolve(undefined);
      await command('exportAttention', 'csv');
    } finally {
      api.saver.ask = ask;
    }
    assert.equal(api.reporter.last, failure);
  });

  it('is copied as Markdown', async () => {
    await show('The words to copy.');
    await command('copyAttention');
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /copy/u);
    assert.equal(api.done.last, 'Copied as Markdown');
    assert.equal(copied, (await api.attention.describe())?.markdown);
  });

  it('is put in words, with a panel in front and without one', async () => {
    const editor = await openText('The cat saw itself.');
    putCaret(editor, 'cat');
    await command('showAttentionAsText');
    const alone = await until(
      () =>
        vscode.window.activeTextEditor?.document.uri.scheme === 'lm-evolution' &&
        vscode.window.activeTextEditor,
      'the text alternative',
    );
    assert.equal(alone.document.languageId, 'markdown');
    assert.match(alone.document.getText(), /\| 3 \| `cat` \| .*\d\s%/u);
    await tidy();
    await show('The dog saw itself.');
    api.panels.attention.current?.focus();
    await until(() => api.panels.attention.current?.isInFront, 'the focus in the panel');
    await command('showAttentionAsText');
    const ofPanel = await until(
      () =>
        vscode.window.activeTextEditor?.document.uri.scheme === 'lm-evolution' &&
        vscode.window.activeTextEditor,
      'the text alternative of the panel',
    );
    assert.equal(ofPanel.document.getText(), (await api.attention.describe())?.markdown);
  });
});
