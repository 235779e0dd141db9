import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { attentionModel } from '../../../src/extension/modelCatalog/bundledModels';
import {
  command,
  openText,
  pause,
  putCaret,
  select,
  shown,
  testApi,
  tidy,
  until,
} from './inVsCode';

const cat = 'The cat sat on the mat because it was tired.';
const text = `${cat} The rain fell.\n\nAnother paragraph about dogs.`;

describe('The panel and the caret', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  /** Writes at the end of the document, as keys do. */
  async function type(editor: vscode.TextEditor, words: string): Promise<void> {
    for (const letter of words) {
      await editor.edit(edit => {
        const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
        edit.insert(end, letter);
      });
      const { end } = editor.document.lineAt(editor.document.lineCount - 1).range;
      editor.selection = new vscode.Selection(end, end);
    }
  }

  const isPinned = async (wanted: boolean) =>
    until(
      async () => (await api.attention.describe())?.isPinned === wanted,
      wanted ? 'the pin' : 'no pin',
    );

  it('shows the sentence at the caret, and follows it and what is written', async () => {
    const editor = await openText(text);
    putCaret(editor, 'cat', 1);
    await command('showAttention');
    await shown(api, [cat]);
    await isPinned(false);
    putCaret(editor, 'rain', 1);
    await shown(api, ['The rain fell.']);
    await type(editor, ' And cats.');
    await shown(api, ['And cats.']);
    assert.match(api.panels.attention.current?.title ?? '', /:3$/u);
  });

  it('keeps a selection until it is told to follow, and follows until it is pinned', async () => {
    const editor = await openText(text);
    select(editor, 'cat sat');
    await command('showAttention');
    await shown(api, ['cat sat']);
    putCaret(editor, 'rain', 1);
    await pause(1000);
    await shown(api, ['cat sat']);
    assert.equal((await api.attention.describe())?.isPinned, true);

    await command('followCaret');
    await shown(api, ['The rain fell.']);
    await command('pinAttention');
    await isPinned(true);
    putCaret(editor, 'cat', 1);
    await pause(1000);
    await shown(api, ['The rain fell.']);
  });

  it('goes with the user into another editor, and keeps its picture where there is no text', async () => {
    const first = await openText(text);
    putCaret(first, 'cat', 1);
    await command('showAttention');
    await shown(api, [cat]);
    const second = await openText('Words of another file.\n\n\n');
    putCaret(second, 'another');
    await shown(api, ['Words of another file.']);
    second.selection = new vscode.Selection(2, 0, 2, 0);
    await pause(500);
    await shown(api, ['Words of another file.']);
  });

  it('shows the head that is chosen in the document, and the document the one chosen in the panel', async () => {
    const editor = await openText(text);
    putCaret(editor, 'it was', 1);
    await command('showAttention');
    const { heads } = await shown(api, [cat]);
    assert.deepEqual(heads, [{ layer: 1, head: 3 }]);
    await command('toggleCaretAttention');
    await until(
      () => /layer 2, head 4: it → cat/u.test(api.caretAttention.state.statusText),
      'the most telling head in the document',
    );

    await command('caretAttention.nextHead');
    await until(
      async () => (await api.attention.describe())?.heads[0]?.head === 4,
      'head 5 in the panel',
    );
    // As the page does when a head is clicked.
    api.headChoices.choose(attentionModel, [{ layer: 5, head: 0 }], 'panel');
    await until(
      () => /layer 6, head 1: it/u.test(api.caretAttention.state.statusText),
      'the panel’s head in the document',
    );
    assert.deepEqual(api.caretAttention.state.heads, [{ layer: 5, head: 0 }]);
  });

  it('opens on the head that was chosen in the document before', async () => {
    const editor = await openText(text);
    putCaret(editor, 'it was', 1);
    await command('toggleCaretAttention');
    await until(() => api.caretAttention.state.marks.length > 0, 'the paint');
    await command('caretAttention.nextHead');
    await command('showAttention');
    await shown(api, [cat]);
    await until(
      async () => (await api.attention.describe())?.heads[0]?.head === 4,
      'head 5 in the panel',
    );
  });

  it('comes back with a head that the model does not have on the most telling one', async () => {
    await openText(text);
    const restored = vscode.window.createWebviewPanel('lmEvolution.attention', 'x', {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    api.headChoices.choose(attentionModel, [{ layer: 40, head: 90 }], 'caret');
    const subject = {
      modelId: attentionModel,
      segments: [{ text: cat }],
      label: 'x',
      cutLength: 0,
    };
    await api.panels.attention.deserializeWebviewPanel(restored, { subject });
    const { heads } = await shown(api, [cat]);
    assert.deepEqual(heads, [{ layer: 1, head: 3 }]);
  });
});
