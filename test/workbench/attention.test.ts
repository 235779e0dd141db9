import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { examples, inRoot } from '../../scripts/paths.mjs';
import { Workbench } from './driver';
import { AttentionPanel, viewType } from './panel';

const sentence = 'The cat sat on the mat because it was tired.';
const words = ['the', 'cat', 'sat', 'on', 'the', 'mat', 'because', 'it', 'was', 'tired', '.'];

/** What is used of an export as JSON. */
interface Exported {
  readonly heads: readonly { readonly layer: number; readonly head: number }[];
  readonly queries: readonly { readonly text: string; readonly tokens: readonly number[] }[];
  readonly keys: readonly { readonly text: string; readonly tokens: readonly number[] }[];
  readonly weights: readonly (readonly number[])[];
}

/** What is used of an analysis by the command line. */
interface Analysed {
  readonly attentions: readonly {
    readonly shape: readonly [number, number, number, number];
    readonly weights: readonly number[];
  }[];
}

let workbench: Workbench;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lm-evolution-folder-'));
  cpSync(examples, folder, { recursive: true });
  workbench = await Workbench.open({ folder, file: join(folder, 'pronouns.md') });
  await workbench.hideSideBar();
});
afterAll(async () => {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await workbench.keepEvidence(task.name);
  }
});

/** The attention of the sentence, in the panel that is there or in a new one. */
async function panelOfSentence(): Promise<AttentionPanel> {
  return (await workbench.tab('Attention').isVisible())
    ? AttentionPanel.find(workbench)
    : showSentence();
}

async function showSentence(): Promise<AttentionPanel> {
  await workbench.tab('pronouns.md').click();
  await workbench.select(sentence);
  return AttentionPanel.show(workbench);
}

test('"Show Attention" paints the attention that the engine computes for the selected text', async () => {
  if (await workbench.tab('Attention').isVisible()) {
    await workbench.closeEditors();
    await workbench.openFile('pronouns.md');
  }
  const panel = await showSentence();
  expect((await panel.tokens()).map(token => token.toLowerCase())).toEqual(
    expect.arrayContaining(words),
  );
  expect(await panel.colours()).toBeGreaterThan(20);

  await panel.chooseHead(5, 3);
  await panel.export('JSON Numbers', 'json');
  // The shapes are those that `webview/attention/export/json.ts` and `src/cli/json.ts` write.
  const picture = JSON.parse((await exported('json')).toString()) as Exported;
  const analysed = JSON.parse(
    execFileSync(process.execPath, [
      inRoot('dist', 'engine.js'),
      ...['analyze', '--model', 'bert', '--text', sentence],
    ]).toString(),
  ) as Analysed;

  expect(picture.heads).toEqual([{ layer: 5, head: 3 }]); // Counted from 1, as on the screen.
  const attention = analysed.attentions[0];
  const [, heads, queries, keys] = attention?.shape ?? [0, 0, 0, 0];
  let compared = 0;
  for (const [row, query] of picture.queries.entries()) {
    for (const [column, key] of picture.keys.entries()) {
      const [q, k] = [query.tokens[0] ?? -1, key.tokens[0] ?? -1];
      const wanted = attention?.weights[((4 * heads + 2) * queries + q) * keys + k];
      expect(picture.weights[row]?.[column]).toBeCloseTo(wanted ?? Number.NaN, 4);
      compared++;
    }
  }
  expect(compared).toBeGreaterThanOrEqual(words.length ** 2);
});

test('pointing at the picture says the weight in words, and lights the token in the document', async () => {
  const panel = await panelOfSentence();
  const token = panel.frame.locator('.token-row button', { hasText: /^it$/ });
  await token.hover();
  expect(await panel.words()).toMatch(/%\s+it\s+→/);
  await expect.poll(() => workbench.decorations()).toBeGreaterThan(0);
  await workbench.page.mouse.move(0, 0);
  await expect.poll(() => workbench.decorations()).toBe(0);
});

test.each([
  ['SVG Picture', 'svg', (file: Buffer) => file.includes('<svg') && file.includes('tired')],
  ['PNG Picture', 'png', (file: Buffer) => PNG.sync.read(file).width > 100],
  ['CSV Table', 'csv', (file: Buffer) => file.toString().split('\n').length > words.length],
  ['HTML Page', 'html', (file: Buffer) => file.includes('<!') && file.includes('tired')],
] as const)('the menu exports a %s', async (item, ending, isRight) => {
  const panel = await panelOfSentence();
  await panel.export(item, ending);
  expect(isRight(await exported(ending))).toBe(true);
});

test('the grid of heads is worked by the keyboard alone', async () => {
  const panel = await panelOfSentence();
  await panel.cell(5, 3).focus();
  await workbench.page.keyboard.press('ArrowRight');
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.page.keyboard.press('Enter');
  await expect.poll(() => panel.cell(6, 4).getAttribute('aria-selected')).toBe('true');
  await workbench.page.keyboard.press('Enter'); // A second time gives back the most telling head.
  await expect.poll(() => panel.cell(6, 4).getAttribute('aria-selected')).toBe('false');
});

test('the panel comes back after the window is loaded again', async () => {
  const before = await (await panelOfSentence()).tokens();
  await workbench.reload(viewType);
  const panel = await AttentionPanel.find(workbench);
  expect(await panel.tokens()).toEqual(before);
  expect(await panel.colours()).toBeGreaterThan(20);
});

test('the attention of the token under the caret is painted on the document, and follows the caret', async () => {
  await workbench.tab('pronouns.md').click();
  await workbench.goTo(5, 34); // In "it".
  await workbench.runCommand('Evolution: Toggle Attention at the Caret');
  await expect.poll(() => workbench.decorations(), { timeout: 30_000 }).toBeGreaterThan(3);
  const before = await workbench.placesOfDecorations();
  await workbench.goTo(5, 6); // In "cat".
  await expect.poll(() => workbench.placesOfDecorations()).not.toEqual(before);
  await workbench.page.locator('.statusbar-item', { hasText: 'cat →' }).waitFor();
  await workbench.page.keyboard.press('Escape');
  await expect.poll(() => workbench.decorations()).toBe(0);
});

/** The file that was exported with this ending, once it is written. */
async function exported(ending: string): Promise<Buffer> {
  const find = () => readdirSync(folder).find(name => name.endsWith(`.${ending}`));
  const read = () => {
    const name = find();
    return name === undefined ? Buffer.alloc(0) : readFileSync(join(folder, name));
  };
  await expect.poll(() => read().length).toBeGreaterThan(0);
  return read();
}
