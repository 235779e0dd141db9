import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { insertAfter } from '../../../src/extension/features/nextTokens/nextTokens';
import type { NextDescription } from '../../../src/common/protocol/pages/next';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, putCaret, select, testApi, tidy, until } from './inVsCode';

describe('Show Next Tokens', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  const describePage = () => api.panels.next.ask(page => page.describe({}));

  /** Waits until the page shows what follows exactly this text, and every bar has its spelling. */
  const shown = (text: string): Promise<NextDescription> =>
    until(
      async () => {
        const description = await describePage();
        const isThis = description?.state === 'ready' && description.text === text;
        const isSpelled = description?.candidates.every(({ label }) => !/^#\d+$/u.test(label));
        return isThis && isSpelled && description;
      },
      `what follows ${JSON.stringify(text)}`,
      60_000,
    );

  it('shows what follows the text before the caret, with its white space', async () => {
    const editor = await openText('The capital of France is\n\nNot this.');
    putCaret(editor, '\n\nNot');
    await command('showNextTokens');
    const { candidates, modelId, dropped } = await shown('The capital of France is');
    assert.equal(modelId, 'smollm2');
    assert.equal(dropped, 0);
    assert.ok(candidates.slice(0, 5).some(({ label }) => label === '·Paris'));
    const sum = candidates.reduce((total, { probability }) => total + probability, 0);
    assert.ok(sum > 0.1 && sum <= 1, `the bars sum to ${sum}`);
    assert.match(api.panels.next.current?.title ?? '', /^Next Tokens: words-\d+\.txt:1$/u);
  });

  it('goes on from a selection alone, and is used again', async () => {
    const editor = await openText('One. Two, three,');
    select(editor, 'Two, three,');
    await command('showNextTokens');
    await shown('Two, three,');
    const panel = api.panels.next.current;
    select(editor, 'One.');
    await command('showNextTokens');
    await shown('One.');
    assert.equal(api.panels.next.current, panel);
  });

  it('writes what was appended into the document, as one step that can be undone', async () => {
    const before = 'The capital of France is';
    const editor = await openText(`${before}!`);
    putCaret(editor, '!');
    await command('showNextTokens');
    await shown(before);
    const panel = api.panels.next.current;
    assert.ok(panel);
    const { subject, anchor } = panel;
    assert.ok(subject && anchor);
    const insert = () =>
      insertAfter(subject, anchor, { text: ' Paris', held: 0, column: vscode.ViewColumn.One });
    assert.equal((await insert())?.segments[0].text, `${before} Paris`);
    assert.equal(editor.document.getText(), `${before} Paris!`);
    await until(
      () => editor.document.offsetAt(editor.selection.active) === `${before} Paris`.length,
      'the caret behind what was written',
    );
    await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `${before}!`);
    // What was gone on from has changed: there is no place to write.
    await editor.edit(edit => edit.insert(new vscode.Position(0, 5), 'XX'));
    assert.equal(await insert(), undefined);
    assert.equal(editor.document.getText(), 'The cXXapital of France is!');
  });

  it('takes what was written for text: what is written then stands behind it, or in its place', async () => {
    const before = 'One line.\r\nThe capital of France is';
    const editor = await openText(`${before}!`);
    putCaret(editor, '!');
    await command('showNextTokens');
    await shown(before);
    const panel = api.panels.next.current;
    assert.ok(panel);
    const insert = async (text: string, held: number) => {
      const { subject, anchor } = panel;
      assert.ok(subject && anchor);
      const longer = await insertAfter(subject, anchor, {
        ...{ text, held },
        column: vscode.ViewColumn.One,
      });
      assert.ok(longer);
      panel.onLonger(longer);
      assert.equal(panel.subject?.segments[0].text, editor.document.getText().slice(0, -1));
      assert.equal(panel.anchor?.isStale, false);
    };
    await insert(' Paris', 0);
    await insert('.\nIt', 0);
    assert.equal(editor.document.getText(), `${before} Paris.\r\nIt!`);
    assert.equal(
      editor.document.offsetAt(editor.selection.active),
      `${before} Paris.\r\nIt`.length,
    );
    await insert(' is', 2);
    assert.equal(editor.document.getText(), `${before} Paris.\r\n is!`);
    assert.match(panel.title, /:3$/u);
  });

  it('says when the text ends inside a word of the document', async () => {
    const editor = await openText('The words that return.');
    putCaret(editor, 'return', 3);
    await command('showNextTokens');
    await shown('The words that ret');
    assert.equal(api.panels.next.current?.subject?.endsInWord, true);
    // A model that reads both sides gets the whole sentence, with the caret in it.
    assert.deepEqual(api.panels.next.current.subject.sentence, {
      text: 'The words that return.',
      caret: 'The words that ret'.length,
    });
    putCaret(editor, ' return');
    await command('showNextTokens');
    await shown('The words that');
    assert.equal(api.panels.next.current.subject.endsInWord, undefined);
  });

  it('comes back after a reload of the window, and says when its text has changed', async () => {
    const editor = await openText('The words to come back.');
    putCaret(editor, ' back');
    await command('showNextTokens');
    await shown('The words to come');
    const subject = api.panels.next.current?.subject;
    api.panels.next.current?.dispose();
    const restored = vscode.window.createWebviewPanel('lmEvolution.next', 'x', {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    await api.panels.next.deserializeWebviewPanel(restored, { subject });
    await shown('The words to come');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 6), 'XX'));
    await until(
      () => /text has changed/u.test(api.panels.next.current?.title ?? ''),
      'the title of a text that has changed',
    );
  });

  it('refuses a caret that nothing stands before, and offers the whole document', async () => {
    const before = api.panels.next.current?.subject;
    const editor = await openText('Words after the caret.');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await command('showNextTokens');
    await until(() => api.reporter.last?.action === 'Use Whole Document', 'the refusal');
    assert.equal(api.panels.next.current?.subject, before);
  });

  it('takes any text: null bytes, lone surrogates, emoji alone, right to left, line ends of Windows', async () => {
    // One panel for all: each new one would load the model again.
    for (const text of [
      'The cat sat\0 on',
      'The cat \ud800',
      '👨‍👩‍👧🦄',
      'שלום عالم',
      'The cat\r\nsat.\r\n',
    ]) {
      const editor = await openText(text);
      const { document } = editor;
      const end = document.lineAt(document.lineCount - 1).range.end;
      editor.selection = new vscode.Selection(end, end);
      await command('showNextTokens');
      const { candidates } = await shown(document.getText());
      assert.equal(candidates.length, 20);
      assert.ok(candidates.every(({ label }) => !label.includes('\ufffd')));
    }
  });

  it('reads of a huge document what is before the caret, and says what was left out', async () => {
    const editor = await openText('the cat sat. \n'.repeat(20_000));
    const end = editor.document.lineAt(15_000).range.end;
    editor.selection = new vscode.Selection(end, end);
    await command('showNextTokens');
    const description = await until(
      async () => {
        const now = await describePage();
        return now?.state === 'ready' && now.text.length > 1000 && now;
      },
      'what follows the end of the window',
      60_000,
    );
    assert.ok(description.text.endsWith('the cat sat. '));
    assert.ok(description.text.length <= 4_000);
    assert.match(description.markdown, /Not taken: [\d,]+ characters before the text/u);
  });
});
