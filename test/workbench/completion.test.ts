import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Workbench } from './driver';

/** What follows is nearly sure, and goes on for long. */
const story = 'We count: one, two, three, four, five,';

let workbench: Workbench;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lm-evolution-completion-'));
  writeFileSync(join(folder, 'story.md'), '');
  writeFileSync(join(folder, 'plain.txt'), '');
  workbench = await Workbench.open({
    folder,
    file: join(folder, 'story.md'),
    settings: { 'lmEvolution.completion.evenWhenSlow': true },
  });
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

const ghost = () => workbench.page.locator('.monaco-editor .ghost-text-decoration');
const ghostText = async () => (await ghost().allInnerTexts()).join('');
/** The first line, ghost text and all. */
const line = async () =>
  (await workbench.page.locator('.view-line').first().innerText()).replaceAll('\u00a0', ' ');
/** What the document holds of it. */
const written = async () =>
  (await line()).slice(0, (await line()).length - (await ghostText()).length);
const item = () => workbench.page.locator('.statusbar-item', { hasText: 'SmolLM2' });

test('completion is off until it is turned on, and then says so in the status bar', async () => {
  await workbench.page.waitForTimeout(3000); // Longer than the extension takes to start.
  expect(await item().count()).toBe(0);
  await workbench.runCommand('Evolution: Toggle Completion');
  await expect
    .poll(() => item().getAttribute('aria-label'))
    .toMatch(/completes text as you write/u);
});

test('typed text is gone on with as ghost text, taken by word and by Tab', async () => {
  const { page } = workbench;
  await page.locator('.monaco-editor .view-line').first().click();
  await page.keyboard.type(story);
  await ghost().first().waitFor({ timeout: 100_000 });
  const offered = (await ghostText()).replaceAll('\u00a0', ' ');
  expect(offered.trim()).not.toBe('');
  const [word = ''] = /^\s*\p{L}+/u.exec(offered) ?? [];
  // The space before a word is a step of its own.
  await page.keyboard.press('Control+ArrowRight');
  await expect.poll(written).toBe(story + (/^\s*/u.exec(offered)?.[0] ?? ''));
  await page.keyboard.press('Control+ArrowRight');
  await expect.poll(written).toBe(story + word);
  await ghost().first().waitFor();
  const rest = (await ghostText()).replaceAll('\u00a0', ' ');
  await page.keyboard.press('Tab');
  await expect.poll(async () => (await written()).startsWith(story + word + rest)).toBe(true);
  await ghost().first().waitFor({ timeout: 60_000 }); // What was written meanwhile, to go on with.
});

test('"Why This Completion?" explains it, and paints what it looked at onto the document', async () => {
  await workbench.runCommand('Evolution: Why This Completion?');
  await workbench.choose('taken last'); // Another text has been shown since.
  const frame = await workbench.webview('.sentence-of-token', 100_000);
  expect(await frame.locator('.sentence-of-token').innerText()).toMatch(/had a probability of/u);
  await expect.poll(() => frame.locator('.cell').count(), { timeout: 60_000 }).toBe(31);
  await expect.poll(() => workbench.decorations()).toBeGreaterThan(2);
  const before = await workbench.placesOfDecorations();
  await frame.locator('.token-row').first().locator('.token').nth(2).click();
  await expect.poll(() => workbench.placesOfDecorations()).not.toEqual(before);
});

test('plain text is gone on with too, where VS Code looks for words to list while one types', async () => {
  const { page } = workbench;
  await workbench.runCommand('View: Close All Editors');
  await workbench.openFile('plain.txt');
  await page.locator('.monaco-editor .view-line').first().click();
  await page.keyboard.type(story, { delay: 30 });
  await ghost().first().waitFor({ timeout: 60_000 });
  expect((await ghostText()).trim()).not.toBe('');
});

test('a click in the status bar opens a menu, which turns it off', async () => {
  await item().click();
  await workbench.choose('Turn Off');
  await expect.poll(() => item().getAttribute('aria-label')).toMatch(/Completion is off/u);
  await expect.poll(() => ghost().count()).toBe(0);
});
