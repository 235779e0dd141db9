import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { closeTexts, command, openText, putCaret, select, testApi, tidy, until } from './inVsCode';

describe('Translate Selection', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(closeTexts);
  after(tidy);

  /** The panel's account of itself once the translation of exactly this text is painted. */
  const translated = (text: string) =>
    until(
      async () => {
        const page = await api.attention.describe();
        return (
          page?.state === 'ready' &&
          page.paintMs !== undefined &&
          page.markdown.includes(`\n${text}\n`) &&
          page
        );
      },
      `the translation of "${text}"`,
      60_000,
    );

  it('writes French for the selected English, and shows where it looked', async () => {
    const editor = await openText('A lead-in. My sister lives in Paris. The rest.');
    select(editor, 'My sister lives in Paris.');
    await command('translateSelection');
    const { markdown, modelId, matrix } = await translated('My sister lives in Paris.');
    assert.equal(modelId, 'transformer');
    assert.match(markdown, /Translation:\s+```text\nMa sœur \S+ à Paris\.\n```/u);
    assert.ok(matrix && matrix.length > 4);
    for (const row of matrix) {
      assert.ok(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-4);
    }
  });

  it('writes a selection of several sentences one by one, and follows the caret from one to the next', async () => {
    await tidy(); // So that the panel opens beside the text: a caret in a hidden editor tells nothing.
    const sentences = ['My sister lives in Paris.', 'The cat is\nblack.', 'I like tea.'];
    const editor = await openText(`${sentences.join(' ')} The rest.`);
    select(editor, sentences.join(' '));
    await command('translateSelection');
    const table = await until(
      async () => {
        const { markdown = '' } = (await api.attention.describe()) ?? {};
        const rows = markdown.split('## All sentences')[1]?.split('\n') ?? [];
        const translated = rows.filter(row => /^\| [A-Z].* \| [A-Z]\S+ /u.test(row));
        return translated.length === sentences.length && translated;
      },
      'the translation of each sentence',
      60_000,
    );
    assert.match(table[0] ?? '', /\| My sister lives in Paris\. \| Ma sœur /u);
    assert.match(table[1] ?? '', /\| The cat is black\. \| /u);
    putCaret(editor, 'tea');
    await until(async () => {
      const { tokens, markdown } = (await api.attention.describe()) ?? {};
      return markdown?.includes('of sentence 3') && (tokens?.length ?? 0) > 2;
    }, 'the sentence at the caret');
  });

  it('searches with the beams that the setting names', async () => {
    const settings = vscode.workspace.getConfiguration('lmEvolution');
    const editor = await openText('My sister lives in Paris.');
    select(editor, 'My sister lives in Paris.');
    await command('translateSelection');
    await translated('My sister lives in Paris.');
    const ran = api.statusItem.text;
    await settings.update('translation.beams', 1, vscode.ConfigurationTarget.Global);
    try {
      await until(() => api.statusItem.text !== ran, 'another run');
      await translated('My sister lives in Paris.');
    } finally {
      await settings.update('translation.beams', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('takes two selections as one text, for a translator reads no pairs', async () => {
    const editor = await openText('I am tired. In between. She is not.');
    select(editor, 'I am tired.', 'She is not.');
    await command('translateSelection');
    await until(() => api.panels.attention.current?.subject?.segments.length === 1, 'one text');
    assert.equal(
      api.panels.attention.current?.subject?.segments[0].text,
      'I am tired.\nShe is not.',
    );
  });

  it('says that there is nothing to translate in white space', async () => {
    const editor = await openText('One.\n\n   \n\nTwo.');
    editor.selection = new vscode.Selection(2, 0, 2, 3);
    const before = { subject: api.panels.attention.current?.subject, failure: api.reporter.last };
    await command('translateSelection');
    const failure = await until(
      () => api.reporter.last !== before.failure && api.reporter.last,
      'a message',
    );
    assert.match(failure.message, /only white space/u);
    assert.equal(failure.action, 'Use Whole Document');
    assert.equal(api.panels.attention.current?.subject, before.subject);
  });

  it('goes back to the attention of BERT with "Show Attention"', async () => {
    const editor = await openText('My sister lives in Paris.');
    select(editor, 'My sister lives in Paris.');
    await command('translateSelection');
    await translated('My sister lives in Paris.');
    await command('showAttention');
    await until(async () => (await api.attention.describe())?.modelId === 'bert', 'BERT');
  });
});
