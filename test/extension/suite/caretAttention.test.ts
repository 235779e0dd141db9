import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, putCaret, testApi, tidy, until } from './inVsCode';

describe('The caret is the query', () => {
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  const text = 'The cat sat on the mat because it was tired.\n\nAnother paragraph about dogs.';

  /** Markdown whose escapes are taken out. */
  const plain = (markdown: string) => markdown.replace(/\\(?=[!-/:-@[-`{-~])/gu, '');

  const painted = (query: string) =>
    until(() => {
      const state = api.caretAttention.state;
      return state.query === query && state.marks.length > 0 && state;
    }, `the attention of "${query}"`);

  it('paints the attention of the token under the caret and follows it', async () => {
    const editor = await openText(text);
    putCaret(editor, 'it was', 1);
    await command('toggleCaretAttention');
    const state = await painted('it');
    const words = state.marks.map(({ range }) => editor.document.getText(range));
    assert.deepEqual(words, 'The cat sat on the mat because it was tired .'.split(' '));
    const weights = state.attention?.attended.map(({ weight }) => weight) ?? [];
    const total = weights.reduce(
      (sum, weight) => sum + weight,
      state.attention?.specialWeight ?? 0,
    );
    assert.ok(Math.abs(total - 1) < 1e-4, `all weights together are ${total}`);
    assert.equal(Math.max(...state.marks.map(({ strength }) => strength)), 1);
    assert.match(state.statusText, /layer 2, head 4: it → cat \d/u);
    assert.match(
      plain(state.statusDetails),
      /Shown: layer 2, head 4, the most telling of 72 heads here/u,
    );

    putCaret(editor, 'cat', 1);
    await painted('cat');
    putCaret(editor, 'dogs', 1);
    const second = await painted('dogs');
    assert.ok(second.marks.every(({ range }) => range.start.line === 2));
  });

  it('states the weight in words on each painted token', async () => {
    const editor = await openText(text);
    putCaret(editor, 'it was');
    await command('toggleCaretAttention');
    const { marks } = await painted('it');
    const cat = marks.find(({ range }) => editor.document.getText(range) === 'cat');
    assert.match(
      plain(cat?.hover?.value ?? ''),
      /Of all attention of “it”, \d.*\s% goes to “cat”/u,
    );
  });

  it('changes layer and head by its commands, and is off after the second toggle', async () => {
    const editor = await openText(text);
    putCaret(editor, 'it was');
    await command('toggleCaretAttention');
    const telling = await painted('it');
    const after = (name: string, words: RegExp) =>
      command(`caretAttention.${name}`).then(() =>
        until(
          () => words.test(api.caretAttention.state.statusText) && api.caretAttention.state,
          `${words} after ${name}`,
        ),
      );
    const beside = await after('nextHead', /layer 2, head 5:/u);
    assert.match(plain(beside.statusDetails), /layer 2, head 5, as chosen by key or in the panel/u);
    await after('previousHead', /layer 2, head 4:/u);
    await after('previousLayer', /layer 1, head 4:/u);
    const all = await after('previousLayer', /all heads:/u);
    const layer = await after('nextLayer', /layer 1:/u);
    const head = await after('nextHead', /layer 1, head 1:/u);
    const strengths = [telling, beside, all, layer, head].map(({ marks }) =>
      marks.map(({ strength }) => strength).join(),
    );
    assert.equal(new Set(strengths).size, 5, 'different heads are painted alike');
    await command('toggleCaretAttention');
    assert.equal(api.caretAttention.state.isOn, false);
    assert.deepEqual(api.caretAttention.state.marks, []);
  });

  it('takes every step, however fast they come', async () => {
    const editor = await openText(text);
    putCaret(editor, 'it was');
    await command('toggleCaretAttention');
    await painted('it');
    await Promise.all([1, 2, 3, 4].map(() => command('caretAttention.nextLayer')));
    await until(() => /layer 3:/u.test(api.caretAttention.state.statusText), 'layer 3');
    await Promise.all([1, 2, 3].map(() => command('caretAttention.previousLayer')));
    await until(() => /all heads:/u.test(api.caretAttention.state.statusText), 'all heads');
  });

  it('names its keys', async () => {
    const editor = await openText(text);
    putCaret(editor, 'it was');
    await command('toggleCaretAttention');
    const { statusDetails } = await painted('it');
    assert.match(
      plain(statusDetails),
      /Shift\+Alt\+End and Shift\+Alt\+Home: next and previous head/u,
    );
  });

  it('follows edits', async () => {
    const editor = await openText(text);
    putCaret(editor, 'cat', 1);
    await command('toggleCaretAttention');
    await painted('cat');
    await editor.edit(edit => edit.replace(new vscode.Range(0, 4, 0, 7), 'dog'));
    editor.selection = new vscode.Selection(0, 5, 0, 5);
    const state = await painted('dog');
    assert.ok(state.marks.some(({ range }) => editor.document.getText(range) === 'dog'));
  });

  it('says so where there is no text', async () => {
    const editor = await openText('\n\nWords.');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await command('toggleCaretAttention');
    await until(
      () => /No text/u.test(api.caretAttention.state.statusText),
      'the words in the status bar',
    );
    assert.deepEqual(api.caretAttention.state.marks, []);
  });

  it('paints around the caret in a paragraph longer than the model reads', async () => {
    const editor = await openText(
      `${'A cat sat here. '.repeat(400)}The whale sang. ${'A dog ran. '.repeat(400)}`,
    );
    putCaret(editor, 'whale', 2);
    await command('toggleCaretAttention');
    const { marks } = await painted('whale');
    assert.ok(marks.length > 100);
  });
});
