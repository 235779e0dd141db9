import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, select, testApi, tidy, until } from './inVsCode';

describe('Surprisal', function () {
  // A model of 98 MB is loaded, on machines that are busy.
  this.timeout(120_000);
  const patience = 60_000;

  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  // It knows capitals, which the quicker one that is taken unless told does not.
  beforeEach(() => configure('model', 'smollm2'));
  afterEach(async () => {
    await command('hideSurprisal');
    await configure('hints', undefined);
    await configure('model', undefined);
    await tidy();
  });

  const configure = (name: string, value: unknown) =>
    vscode.workspace
      .getConfiguration('lmEvolution')
      .update(`surprisal.${name}`, value, vscode.ConfigurationTarget.Global);

  const settled = () =>
    until(
      () => {
        const state = api.surprisal.state;
        return state.isSettled && state.marks.length > 0 && state;
      },
      'all of it to be read and painted',
      patience,
    );

  /** What is painted, as it stands in the document, with its step. */
  const paintedIn = ({ document }: vscode.TextEditor) =>
    api.surprisal.state.marks.map(({ range, step }) => [document.getText(range), step] as const);

  const hoverAt = async (editor: vscode.TextEditor, word: string) => {
    const { document } = editor;
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(document.getText().indexOf(word) + 1),
    );
    return hovers
      .flatMap(({ contents }) => contents)
      .map(content => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n')
      .replace(/\\(?=[!-/:-@[-`{-~])/gu, '');
  };

  const text = 'The capital of France is Paris. The capital of Germany is the xylophone.\n';

  it('paints what a real model did not expect, and not what it did', async () => {
    const editor = await openText(text);
    await command('showSurprisal');
    await settled();
    const painted = paintedIn(editor);
    const stepOf = (word: string) => painted.find(([text]) => text === word)?.[1] ?? 0;
    // The word's first token; nobody can know what the first words of a text will be.
    assert.ok(stepOf('xyl') >= 4, JSON.stringify(painted));
    assert.deepEqual([stepOf('Paris'), stepOf('of'), stepOf('is')], [0, 0, 0]);
    const figures = /perplexity [\d.]+ · \d+\.\d\d bits per byte$/u;
    await until(() => figures.test(api.surprisal.state.statusText), 'perplexity in the status bar');
  });

  it('tells rank, probability and what would be likelier where the pointer is', async () => {
    const editor = await openText(text);
    await command('showSurprisal');
    await settled();
    const words = await hoverAt(editor, 'Paris');
    assert.match(words, /bits — probability [\d.]+.%, rank 1 of 49,152/u);
    assert.match(words, /\*\*·Paris\*\*/u); // Among the likeliest it is marked.
    assert.match(await hoverAt(editor, 'The capital of France'), /is the first token/u);
    await command('hideSurprisal');
    assert.doesNotMatch(await hoverAt(editor, 'Paris'), /bits/u);
  });

  it('keeps the bars of a table, and words at whose spaces a hover may break', async () => {
    const editor = await openText('| Name | Age |\n| --- | --- |\n| Ann | 41 |\n| Ben | 42 |\n');
    await command('showSurprisal');
    await settled();
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      editor.document.positionAt(editor.document.getText().indexOf('Ben') + 1),
    );
    const [content] = hovers.flatMap(({ contents }) => contents);
    assert.ok(content instanceof vscode.MarkdownString);
    assert.doesNotMatch(content.value, /&nbsp;/u);
    const rows = content.value.split('\n').filter(line => line.startsWith('|'));
    assert.ok(rows.length > 3);
    for (const row of rows) {
      assert.equal(row.replaceAll('\\|', '').match(/\|/gu)?.length, 3, row);
    }
  });

  it('tells a character of several tokens whole, and each of them by its bytes', async () => {
    const editor = await openText('Tea 🦩 and rice.\n');
    await command('showSurprisal');
    await settled();
    const words = await hoverAt(editor, '🦩');
    const sum = Number(/\*\* ([\d.]+) bits in \d tokens/u.exec(words)?.[1]);
    const bits = Array.from(
      words.matchAll(/^\| [^|]*\b[0-9A-F]{2}\b[^|]* \| ([\d.]+) bits/gmu),
      ([, each]) => Number(each),
    );
    assert.ok(bits.length > 1, words);
    assert.ok(Math.abs(bits.reduce((total, each) => total + each, 0) - sum) < 0.3, words);
    assert.doesNotMatch(words, /\ufffd/u);
  });

  it('paints each document on its own, and the status bar speaks of the one in use', async () => {
    const first = await openText(text);
    await command('showSurprisal');
    await settled();
    const second = await openText(
      'Cats sleep on the warm stones of the quiet harbour xylophone.\n',
    );
    assert.equal(api.surprisal.state.isOn, false);
    assert.equal(api.surprisal.state.statusText, '');
    await command('showSurprisal');
    await settled();
    assert.deepEqual(
      api.surprisal.state.uris,
      [first, second].map(({ document }) => document.uri.toString()),
    );
    const words = () => /perplexity [\d.,]+ · [\d.]+/u.exec(api.surprisal.state.statusText)?.[0];
    const ofSecond = await until(words, 'the perplexity of the second');
    await vscode.window.showTextDocument(first.document);
    const ofFirst = await until(() => words() !== ofSecond && words(), 'that of the first');
    // Asked for again, nothing is read again.
    await command('showSurprisal');
    assert.equal(api.surprisal.state.isSettled, true);
    await command('hideSurprisal');
    assert.equal(api.surprisal.state.isOn, false);
    await vscode.window.showTextDocument(second.document);
    assert.equal(await until(words, 'the second again'), ofSecond);
    assert.notEqual(ofFirst, ofSecond);
    await command('hideSurprisal');
    assert.deepEqual(api.surprisal.state.uris, []);
  });

  it('scores what is selected as the words of the document that it is', async () => {
    const editor = await openText(
      'In the morning the old captain of the harbour climbed the hill.\n',
    );
    await command('showSurprisal');
    await settled();
    const inAll = await hoverAt(editor, 'climbed');
    await command('hideSurprisal');
    for (const part of ['climbed', 'limb']) {
      select(editor, part);
      await command('showSurprisal');
      await settled();
      assert.equal(await hoverAt(editor, 'limb'), inAll);
      assert.deepEqual(
        api.surprisal.state.marks.map(({ range }) => editor.document.getText(range)),
        ['climbed'],
      );
      await command('hideSurprisal');
    }
  });

  it('follows edits', async () => {
    const editor = await openText(text);
    await command('showSurprisal');
    await settled();
    const at = text.indexOf('the xylophone');
    await editor.edit(edit =>
      edit.replace(
        new vscode.Range(
          editor.document.positionAt(at),
          editor.document.positionAt(at + 'the xylophone'.length),
        ),
        'Berlin',
      ),
    );
    assert.equal(api.surprisal.state.isSettled, false);
    await settled();
    await until(() => !/xylo/u.test(JSON.stringify(paintedIn(editor))), 'the new paint');
    assert.match(await hoverAt(editor, 'Berlin'), /rank [1-5] of/u);
  });

  it('paints the selection alone, and reads what stands before it', async () => {
    const editor = await openText(`${text}\nThe capital of Germany is the xylophone.\n`);
    const { document } = editor;
    select(editor, 'The capital of Germany is the xylophone.');
    const [{ start, end }] = editor.selections as [vscode.Selection];
    await command('showSurprisal');
    await settled();
    for (const { range } of api.surprisal.state.marks) {
      assert.ok(range.start.isAfterOrEqual(start) && range.end.isBeforeOrEqual(end));
    }
    // The first token of the selection is painted or not, but it is known: something stands before it.
    assert.doesNotMatch(await hoverAt(editor, 'The capital of Germany'), /nothing stands before/u);
    assert.equal(await hoverAt(editor, 'France'), '');
    assert.equal(document.isClosed, false);
  });

  it('paints all of several selections, and nothing between them', async () => {
    const between = ' Cats and dogs and a gramophone sleep there. ';
    const sentences = [text.trim(), 'The capital of Italy is the xylophone.'];
    const editor = await openText(`${sentences.join(between)}\n`);
    select(editor, ...sentences);
    const { selections } = editor;
    await command('showSurprisal');
    await settled();
    const paintedIn = (selection: vscode.Selection) =>
      api.surprisal.state.marks.some(({ range }) => selection.contains(range));
    await until(() => selections.every(paintedIn), 'paint in both');
    const painted = api.surprisal.state.marks.map(({ range }) => range);
    assert.ok(painted.every(range => selections.some(selection => selection.contains(range))));
    assert.equal(await hoverAt(editor, 'gramophone'), '');
    assert.match(await hoverAt(editor, 'Italy'), /bits — probability/u);
  });

  it('gives hints on very improbable words with what would be likelier, if that is asked for', async () => {
    const editor = await openText(text);
    const { uri } = editor.document;
    const hints = () =>
      vscode.languages
        .getDiagnostics(uri)
        .filter(({ source }) => source === 'lmEvolution.surprisal');
    await command('showSurprisal');
    await settled();
    assert.deepEqual(hints(), []);
    await configure('hints', true);
    const [hint] = await until(() => hints().length > 0 && hints(), 'a hint');
    assert.ok(hint);
    assert.equal(hint.severity, vscode.DiagnosticSeverity.Hint);
    assert.match(hint.message, /very improbable here: \d+\.\d bits/u);
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      hint.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.equal(editor.document.getText(hint.range), 'xylophone');
    const ours = fixes.filter(({ title }) => title.startsWith('Replace with'));
    const [fix] = ours;
    assert.ok(fix?.edit, JSON.stringify(fixes.map(({ title }) => title)));
    for (const { title } of ours) {
      assert.match(title, /^Replace with “\p{L}+” \([<\d.]+.%\)$/u);
    }
    await vscode.workspace.applyEdit(fix.edit);
    const by = /“(.+)”/u.exec(fix.title)?.[1] ?? '';
    assert.equal(editor.document.getText(), text.replace('xylophone', by));
    await command('hideSurprisal');
    assert.deepEqual(hints(), []);
  });

  it('shows what the tints mean, goes from one surprise to the next, and gives each line its bits', async () => {
    const editor = await openText(`${text}\nThe capital of Italy is the gramophone.\n`);
    const at = (word: string) => editor.document.getText().indexOf(word);
    const caret = () => editor.document.offsetAt(editor.selection.active);
    const within = (word: string) => caret() >= at(word) && caret() < at(word) + word.length;
    assert.equal(api.surprisal.state.hasLegend, false);
    await command('showSurprisal');
    await settled();
    assert.equal(api.surprisal.state.hasLegend, true);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    for (const word of ['xylophone', 'gramophone']) {
      while (!within(word)) {
        const before = caret();
        await command('nextSurprise');
        assert.ok(caret() > before, `went past the ${word}`);
      }
    }
    await command('previousSurprise');
    assert.ok(caret() < at('gramophone'));
    await command('toggleSurprisalByLine');
    const lines = await until(
      () => api.surprisal.state.lineBits.size > 1 && api.surprisal.state.lineBits,
      'the bits of lines',
    );
    assert.ok(Number(lines.get(0)) > 10, [...lines.entries()].join('; '));
    await command('toggleSurprisalByLine');
    assert.equal(api.surprisal.state.lineBits.size, 0);
    await command('hideSurprisal');
    assert.equal(api.surprisal.state.hasLegend, false);
  });

  it('folds what is predictable, and unfolds it when it is hidden', async () => {
    const row = 'The quick brown fox jumps over the lazy dog.\n';
    const editor = await openText(`Zinc marmalade fugue.\n\n${row.repeat(12)}`);
    const lastVisible = () => editor.visibleRanges.at(-1)?.end.line ?? 0;
    const isFolded = () => editor.visibleRanges.length > 1 || lastVisible() < 10;
    await command('showSurprisal');
    await settled();
    assert.equal(isFolded(), false);
    await command('foldPredictable');
    await until(() => api.surprisal.state.folded.length > 0, 'lines to fold');
    await until(isFolded, () => `folded lines: ${JSON.stringify(editor.visibleRanges)}`);
    await command('hideSurprisal');
    await until(() => !isFolded(), 'all lines again');
  });

  it('paints both sides of a comparison and tells the bits of each', async () => {
    const after = await openText(text.replace('the xylophone', 'Berlin'));
    const before = await openText(text);
    await vscode.commands.executeCommand(
      'vscode.diff',
      before.document.uri,
      after.document.uri,
      'before and after',
    );
    await command('showSurprisal');
    const { state } = await until(
      () => api.surprisal.state.uris.length === 2 && api.surprisal,
      'both sides',
    );
    assert.equal(state.isOn, true);
    const words = await until(
      () =>
        /before ([\d,]+) bits · after ([\d,]+) bits$/u.exec(api.surprisal.state.statusText) ??
        false,
      () => api.surprisal.state.statusText,
      patience,
    );
    assert.ok(Number(words[1]) > Number(words[2]), words[0]);
    await command('hideSurprisal');
    assert.deepEqual(api.surprisal.state.uris, []);
  });

  it('ends with its document', async () => {
    await openText(text);
    await command('showSurprisal');
    await settled();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until(() => !api.surprisal.state.isOn, 'the end');
    assert.deepEqual(api.surprisal.state.marks, []);
  });

  it('says which setting to change where a model tells no probability', async () => {
    await configure('model', 'bert');
    await openText(text);
    await command('showSurprisal');
    await until(() => /surprisal\.model/u.test(api.reporter.last?.message ?? ''), 'the message');
    assert.equal(api.surprisal.state.isOn, false);
  });

  describe('with a small model,', () => {
    let ours: vscode.Uri;
    before(() => {
      ours = api.models.root;
      // From `dist/test/extension`: the extension itself carries none.
      api.models.root = vscode.Uri.file(join(__dirname, '../../../test/fixtures'));
    });
    beforeEach(() => configure('model', 'tiny-gpt2'));
    after(() => {
      api.models.root = ours;
    });

    it('line ends of Windows, bytes that are no text and an empty document do no harm', async () => {
      for (const content of ['Two\r\nlines\r\n\r\nof 😀 text\r\n', '\ud800\u0000\u202e text', '']) {
        const editor = await openText(content);
        await command('showSurprisal');
        await until(() => api.surprisal.state.isSettled, JSON.stringify(content), patience);
        for (const { range } of api.surprisal.state.marks) {
          assert.match(editor.document.getText(range), /^[^\r\n]+$/u);
        }
        await command('hideSurprisal');
      }
      assert.equal(api.surprisal.state.isOn, false);
    });

    it('what is on screen of a document of 10 MB is painted, while the rest waits', async () => {
      const line = 'Some words of a long text, and some more of them.\n';
      const editor = await openText('');
      await editor.edit(edit => edit.insert(new vscode.Position(0, 0), line.repeat(200_000)));
      await command('showSurprisal');
      const seenOf = () => api.surprisal.state.marks.map(({ range }) => range.start.line);
      await until(() => seenOf().some(seen => seen < 40), 'the first lines', patience);
      const far = new vscode.Range(150_000, 0, 150_001, 0);
      editor.revealRange(far, vscode.TextEditorRevealType.AtTop);
      await until(() => seenOf().some(seen => seen >= 150_000), 'lines far away', patience);
      assert.equal(api.surprisal.state.isSettled, false);
      assert.match(api.surprisal.state.statusText, /loading~spin.* so far · /u);
      await command('hideSurprisal');
      assert.equal(api.surprisal.state.isOn, false);
      assert.deepEqual(api.surprisal.state.marks, []);
    });
  });
});
