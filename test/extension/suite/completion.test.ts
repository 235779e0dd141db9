import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, pause, testApi, tidy, until } from './inVsCode';

const settings = () => vscode.workspace.getConfiguration('lmEvolution.completion');
const set = (name: string, value: unknown) =>
  settings().update(name, value, vscode.ConfigurationTarget.Global);

describe('Completion', function () {
  // A model of 98 MB is loaded, on machines that are busy.
  this.timeout(120_000);

  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  beforeEach(async () => {
    // Tests about words in the status bar must not depend on how quick the machine is.
    await set('evenWhenSlow', true);
    await set('enabled', true);
    await until(() => api.completion.state.kind !== 'off', 'completion to be on');
  });
  afterEach(async () => {
    for (const name of ['enabled', 'model', 'when', 'languages', 'evenWhenSlow']) {
      await set(name, undefined);
    }
    await tidy();
  });

  /** Puts the caret at the end, and asks as typing does. */
  async function offered(editor: vscode.TextEditor, timeoutMs = 60_000): Promise<string> {
    const last = api.completion.lastShown;
    toEnd(editor);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    return until(
      () => {
        const now = api.completion.lastShown;
        return now !== last && now?.suggestion.text;
      },
      'a suggestion',
      timeoutMs,
    );
  }

  /** Asks, and waits for the answers: the command ends when every provider has given its own. */
  async function trigger(): Promise<void> {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await until(() => api.completion.isIdle, 'the end of all runs');
  }

  function toEnd(editor: vscode.TextEditor): void {
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
  }

  // The model is so sure of what follows these that it offers it on any processor.
  const story = 'The days of the week are Monday, Tuesday, Wednesday,';
  const numbers = 'Count: 1, 2, 3, 4, 5,';

  it('offers what the model writes, puts it in when it is taken, and counts both', async () => {
    await command('clearCompletionStatistics');
    const editor = await openText(story);
    const text = await offered(editor);
    assert.match(text, /^ \p{L}/u);
    await until(async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      return editor.document.getText() === story + text;
    }, 'the suggestion in the document');
    await until(() => api.completion.statistics.accepted === 1, 'one that was taken');
    const { shown, device, tokensPerSecond, firstTokenMs } = api.completion.statistics;
    assert.ok(shown >= 1);
    assert.equal(device, 'wasm');
    assert.ok(tokensPerSecond.every(rate => rate > 0) && firstTokenMs.every(ms => ms > 0));
  });

  it('takes a suggestion by word with the key of VS Code’s own', async () => {
    await command('clearCompletionStatistics');
    const editor = await openText(story);
    const text = await offered(editor);
    const [word = ''] = /^\s*\S+/u.exec(text) ?? [];
    // The space before a word is a step of its own.
    await until(async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.acceptNextWord');
      return editor.document.getText().startsWith(story + word);
    }, `"${word}" in the document`);
    await until(() => api.completion.statistics.acceptedInPart === 1, 'one that was taken in part');
  });

  it('writes the same text as the engine does for the same request', async () => {
    const editor = await openText('The capital of France is');
    const text = await offered(editor);
    const { request, source } = api.completion.lastShown?.suggestion ?? {};
    assert.ok(request && source);
    assert.equal(request.text, 'The capital of France is');
    const generation = await api.completionEngine.generate(request);
    assert.equal(source.start, generation.heldBack?.length);
    assert.ok(generation.text.startsWith(text, source.start), `${generation.text} is not ${text}`);
  });

  it('offers nothing where completion is off for the language, and says so', async () => {
    await set('languages', { '*': true, markdown: false });
    await openText(story);
    await until(
      () => api.completion.state.kind === 'off-for-language',
      'the state of the language',
    );
    const last = api.completion.lastShown;
    await trigger();
    assert.equal(api.completion.lastShown, last);
    await command('toggleCompletionForLanguage');
    await until(() => api.completion.state.kind === 'ready', 'completion to be ready');
  });

  it('is off after its switch, and asks the model nothing', async () => {
    await command('toggleCompletion');
    await until(() => api.completion.state.kind === 'off', 'completion to be off');
    const editor = await openText(story);
    const last = api.completion.lastShown;
    toEnd(editor);
    await trigger();
    assert.equal(api.completion.lastShown, last);
    assert.ok(api.completion.isIdle);
  });

  it('says why when a model is missing, and works again with one that is there', async () => {
    await set('model', 'no-such-model');
    const editor = await openText(story);
    await until(() => api.completion.state.kind === 'no-model', 'the word of the missing model');
    assert.match(api.completion.itemText, /There is no model “no-such-model”/u);
    const last = api.completion.lastShown;
    toEnd(editor);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    assert.equal(api.completion.lastShown, last);
    await set('model', undefined);
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'Now. '));
    assert.notEqual(await offered(editor), '');
  });

  it('goes on after its worker was killed in the middle', async () => {
    const editor = await openText(story);
    await offered(editor);
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'Tell me. '));
    toEnd(editor);
    const asked = vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await until(() => !api.completion.isIdle, 'a run');
    api.completionEngine.end('killed by a test');
    await asked;
    await until(() => api.completion.isIdle, 'the end of the run');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'Now. '));
    assert.notEqual(await offered(editor), '');
  });

  it('leaves nothing running when the document is edited, closed or changes its language', async () => {
    const editor = await openText(story);
    await offered(editor);
    for (const change of [
      () => editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'x')),
      () => vscode.languages.setTextDocumentLanguage(editor.document, 'python'),
      () => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'),
    ]) {
      toEnd(editor);
      void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await change();
    }
    await until(() => api.completion.isIdle, 'the end of all runs');
    assert.notEqual(api.completion.state.kind, 'failed');
  });

  it('reads only what is around the caret of a document of 10 MB', async () => {
    const content = `${'The sun is warm.\n'.repeat(620_000)}The capital of France is`;
    const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
    const editor = await vscode.window.showTextDocument(document);
    assert.notEqual(await offered(editor), '');
    const { request } = api.completion.lastShown?.suggestion ?? {};
    assert.ok((request?.text?.length ?? Infinity) < 1000);
  });

  it('completes documents with Windows line ends, and none of them is in what the model reads', async () => {
    const editor = await openText(`A story.\r\n\r\n${story}`);
    assert.notEqual(await offered(editor), '');
    const { request } = api.completion.lastShown?.suggestion ?? {};
    assert.equal(request?.text, `A story.\n\n${story}`);
  });

  it('goes on from the word that is chosen in the list of suggestions', async () => {
    const editor = await openText('Wednesday Thursday\nMonday, Tuesday, Wed');
    toEnd(editor);
    await vscode.commands.executeCommand('editor.action.triggerSuggest');
    await pause(1000); // Nothing tells that the list is there.
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    const context = await until(
      () => {
        const last = api.completion.lastShown?.context;
        return last?.before.endsWith('Monday, Tuesday, Wednesday') && last;
      },
      'a suggestion after the chosen word',
      60_000,
    );
    assert.equal(context.after, '');
    await vscode.commands.executeCommand('hideSuggestWidget');
  });

  it('goes on where the caret stands, not after a snippet that is chosen in the list', async () => {
    const editor = await openText('const numbers = [1, 2, 3];\nlet total = 0;\n', 'javascript');
    toEnd(editor);
    for (const text of 'for') {
      await vscode.commands.executeCommand('type', { text });
    }
    await pause(1000); // Nothing tells that the list is there.
    const { text } = await until(
      () => {
        const last = api.completion.lastShown;
        return last?.context.before.endsWith('\nfor') && last.suggestion;
      },
      'a suggestion where the caret stands',
      60_000,
    );
    await vscode.commands.executeCommand('hideSuggestWidget');
    await until(async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      return editor.document.getText().endsWith(`\nfor${text}`);
    }, 'the suggestion in the document');
  });

  it('completes in a cell of a notebook', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData([
        new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'kestrels = 3', 'python'),
        new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, '# Birds', 'markdown'),
        new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'def add(a, b):', 'python'),
        new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'herons = 4', 'python'),
      ]),
    );
    await vscode.window.showNotebookDocument(notebook, {
      selections: [new vscode.NotebookRange(2, 3)],
    });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const { document } = notebook.cellAt(2);
    const editor = await until(
      () => vscode.window.visibleTextEditors.find(one => one.document === document),
      'the editor of the cell',
    );
    assert.notEqual(await offered(editor), '');
    const { lastShown } = api.completion;
    assert.equal(lastShown?.document.uri.toString(), document.uri.toString());
    // The cells above, in order, and no other.
    assert.ok(lastShown.context.before.startsWith('kestrels = 3\n\ndef add(a, b):'));
    assert.doesNotMatch(lastShown.context.before, /Birds|herons/u);
    await command('whyThisCompletion');
    const [prompt] = api.panels.why.current?.subject?.segments ?? [];
    const pieces = prompt?.origin?.pieces ?? [];
    assert.equal(pieces.length, 1);
    for (const { start, length, documentOffset } of pieces) {
      const there = document.getText().slice(documentOffset, documentOffset + length);
      assert.equal(prompt?.text.slice(start, start + length), there);
    }
  });

  it('says why: each token with its alternatives, what it looked at, and in which layer it was decided', async () => {
    const editor = await openText(numbers);
    const text = await offered(editor);
    await command('whyThisCompletion');
    let last = '';
    const why = await until(
      async () => {
        const seen = await api.panels.why.ask(page => page.describe({}));
        last = JSON.stringify({ ...seen, weights: seen?.weights?.length });
        return (
          seen?.state === 'ready' &&
          seen.weights &&
          seen.decidedAt !== undefined && { ...seen, weights: seen.weights }
        );
      },
      'the explanation',
      60_000,
    ).catch((error: unknown) => {
      throw new Error(`the page is ${last}`, { cause: error });
    });
    const written = why.tokens.map(token => token.text.replaceAll('·', ' ')).join('');
    const prompt = why.prompt.join('').replaceAll('·', ' ');
    // The last word that was typed is written again.
    assert.ok(
      `${prompt}${written}`.startsWith(numbers + text),
      `${prompt}|${written} is not ${text}`,
    );
    let length = prompt.length;
    const free = why.tokens.filter(token => (length += token.text.length) > numbers.length);
    assert.ok(free.length > 0);
    assert.ok(
      // Those that are written again must begin as they were typed.
      free.every(({ rank }) => rank === 1),
      `a greedy token is the most probable: ${JSON.stringify([prompt, why.tokens])}`,
    );
    assert.ok(why.tokens.every(({ probability }) => probability > 0 && probability <= 1));
    assert.ok(numbers.startsWith(prompt));
    const total = why.weights.reduce((sum, weight) => sum + weight, 0);
    assert.ok(Math.abs(total - 1) < 1e-3, `all weights together are ${total}`);
    assert.match(why.markdown, /## The prompt/u);
    const painted = await until(() => {
      const { marks } = api.panels.why.current?.paint ?? {};
      return marks !== undefined && marks.length > 0 && marks;
    }, 'what was looked at, in the document');
    const words = painted.map(({ range }) => editor.document.getText(range));
    assert.ok(
      words.every(word => numbers.includes(word)),
      words.join(),
    );
  });

  it('says why of the text that was taken, where the next one is shown already', async () => {
    const editor = await openText(numbers);
    const text = await offered(editor);
    const taken = api.completion.lastShown;
    await until(async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      return editor.document.getText() === numbers + text;
    }, 'the suggestion in the document');
    // VS Code asks for the next one by itself.
    await until(
      () => api.completion.lastShown?.suggestion.request !== taken?.suggestion.request,
      'the next suggestion',
    );
    const asked = command('whyThisCompletion');
    // The one that was taken is the first of the two.
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return api.panels.why.current?.subject?.segments[1]?.text === text;
    }, 'the text that was taken, as what is explained');
    await asked;
    assert.equal(api.panels.why.current?.subject?.segments[0]?.text, numbers);
  });
});
