import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AttentionDescription } from '../../../src/common/protocol/pages/attention';
import type { TestApi } from '../../../src/extension/extension';
import { attentionModel } from '../../../src/extension/modelCatalog/bundledModels';

/** What the tests inside VS Code share. */

export const extensionId = 'lm-evolution.lm-evolution';

/** The extension's own view of itself; activates it. */
export async function testApi(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi>(extensionId);
  assert.ok(extension, `${extensionId} is not installed`);
  return extension.activate();
}

export const command = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`lmEvolution.${name}`, ...args);

/** Waits until `look` gives something. @throws when it does not within `timeoutMs`, with what it saw last. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  what: string | (() => string),
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) {
      return seen;
    }
    if (Date.now() > deadline) {
      assert.fail(`waited ${timeoutMs} ms in vain: ${typeof what === 'string' ? what : what()}`);
    }
    await pause(25);
  }
}

export const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms));

let opened = 0;

/** Opens a text that is in no file, in the first column. */
export async function openText(content: string, language = 'markdown'): Promise<vscode.TextEditor> {
  // A name of its own: VS Code may still hold an earlier document of the same name.
  const uri = vscode.Uri.from({ scheme: 'untitled', path: `/words-${++opened}.txt` });
  const document = await vscode.languages.setTextDocumentLanguage(
    await vscode.workspace.openTextDocument(uri),
    language,
  );
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  await editor.edit(edit => {
    edit.setEndOfLine(content.includes('\r\n') ? vscode.EndOfLine.CRLF : vscode.EndOfLine.LF);
    edit.insert(new vscode.Position(0, 0), content);
  });
  return editor;
}

/** Selects each of some words, found in order from the start of the document. */
export function select(editor: vscode.TextEditor, ...words: string[]): void {
  const { document } = editor;
  const text = document.getText();
  let from = 0;
  editor.selections = words.map(word => {
    const at = text.indexOf(word, from);
    assert.ok(at >= 0, `no "${word}" in the document`);
    from = at + word.length;
    return new vscode.Selection(document.positionAt(at), document.positionAt(from));
  });
}

/** Puts the caret before a word, or some characters into it. */
export function putCaret(editor: vscode.TextEditor, word: string, into = 0): void {
  const at = editor.document.positionAt(editor.document.getText().indexOf(word) + into);
  editor.selection = new vscode.Selection(at, at);
}

/** Waits for the panel to show the analysis of exactly these words. */
export async function shown(
  api: TestApi,
  words: readonly string[],
  timeoutMs = 60_000,
): Promise<AttentionDescription & { readonly matrix: readonly (readonly number[])[] }> {
  let last: AttentionDescription | undefined;
  try {
    return await until(
      async () => {
        const description = await api.attention.describe();
        last = description;
        const matrix = description?.matrix;
        const spelled = description?.tokens
          .filter(token => !/^\[(CLS|SEP)\]$/u.test(token))
          .join('')
          .replaceAll('##', '')
          .replace(/\s/gu, '')
          .toLowerCase();
        const isThese =
          spelled === words.join('').replace(/\s/gu, '').toLowerCase() &&
          description?.state === 'ready';
        return isThese && matrix && description.paintMs !== undefined && { ...description, matrix };
      },
      `the attention of ${JSON.stringify(words).slice(0, 200)}`,
      timeoutMs,
    );
  } catch (error) {
    throw new Error(`the page is ${JSON.stringify({ ...last, matrix: undefined }).slice(0, 600)}`, {
      cause: error,
    });
  }
}

/** True attention: square, not negative, each row a distribution over the tokens. */
export function expectAttention({
  tokens,
  matrix,
}: {
  readonly tokens: readonly string[];
  readonly matrix: readonly (readonly number[])[];
}): void {
  assert.equal(matrix.length, tokens.length);
  for (const row of matrix) {
    assert.equal(row.length, tokens.length);
    const sum = row.reduce((total, weight) => total + weight, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, `a row sums to ${sum}`);
    assert.ok(row.every(weight => weight >= 0));
  }
  assert.ok(
    matrix.some(row => Math.max(...row) > 2 / tokens.length),
    'all weights are alike: no model does that',
  );
}

/** Closes every editor and panel, and turns off what is painted. */
export async function tidy(): Promise<void> {
  await closeTexts();
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Closes all but the attention panel: it opens faster the next time. */
export async function closeTexts(): Promise<void> {
  const api = await testApi();
  if (api.caretAttention.state.isOn) {
    await command('toggleCaretAttention');
  }
  // As in a new window: no head is chosen.
  api.headChoices.choose(attentionModel, undefined, 'caret');
  await until(async () => {
    for (let left = textTabs().length; left > 0; left--) {
      // Looked for anew each time: closing one may make another tab of the next.
      const [tab] = textTabs();
      await (tab && closeTab(tab));
    }
    return textTabs().length === 0;
  }, 'the closed editors');
  await vscode.commands.executeCommand('notifications.clearAll');
}

const textTabs = (): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => !(input instanceof vscode.TabInputWebview));

async function closeTab(tab: vscode.Tab): Promise<void> {
  if (tab.isDirty && tab.input instanceof vscode.TabInputText) {
    // Closing it otherwise would ask whether to save.
    await vscode.window.showTextDocument(tab.input.uri, { viewColumn: tab.group.viewColumn });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  } else if (tab.isDirty && tab.input instanceof vscode.TabInputNotebook) {
    const notebook = await vscode.workspace.openNotebookDocument(tab.input.uri);
    await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  } else {
    await vscode.window.tabGroups.close(tab);
  }
}
