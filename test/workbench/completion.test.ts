import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Workbench } from './driver';

/** What follows is nearly sure, and goes on for long. */
const story = 'We count: one, two, three, four, five,';

let workbench: Workbench;
let folder: string;

async function open(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'lm-evolution-completion-'));
  for (const name of ['story.md', 'plain.txt']) {
    writeFileSync(join(folder, name), '');
  }
  workbench = await Workbench.open({ folder, file: join(folder, 'story.md'), settings });
  await workbench.hideSideBar();
}
async function close(): Promise<void> {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await workbench.keepEvidence(task.name);
  }
});

const ghost = () => workbench.page.locator('.monaco-editor .ghost-text-decoration');
const ghostText = async () => (await ghost().allInnerTexts()).join('').replaceAll('\u00a0', ' ');
/** The first line, ghost text and all. */
const line = async () =>
  (await workbench.page.locator('.view-line').first().innerText()).replaceAll('\u00a0', ' ');
/** What the document holds of it. */
const written = async () =>
  (await line()).slice(0, (await line()).length - (await ghostText()).length);
const item = () => workbench.page.locator('.statusbar-item', { hasText: 'SmolLM2' });
const state = () => item().getAttribute('aria-label');

describe('in a new window', () => {
  beforeAll(() => open({ 'lmEvolution.completion.evenWhenSlow': true }));
  afterAll(close);

  test('completion is off until it is turned on, and then says so in the status bar', async () => {
    expect(await workbench.activationMs('lm-evolution')).toBeGreaterThan(0);
    expect(await item().count()).toBe(0);
    await workbench.runCommand('Evolution: Toggle Completion');
    await expect.poll(state).toMatch(/completes text as you write/u);
  });
});

describe('where completion is on,', () => {
  beforeAll(() =>
    open({
      'lmEvolution.completion.enabled': true,
      'lmEvolution.completion.evenWhenSlow': true,
    }),
  );
  afterAll(close);

  beforeEach(async () => {
    if (/Completion is off/u.test((await state()) ?? '')) {
      await workbench.runCommand('Evolution: Toggle Completion');
    }
    await workbench.closeEditors();
  });

  /** Types the story into an empty document, until something is offered. */
  async function write(name: string, delay = 0): Promise<void> {
    const { page } = workbench;
    await workbench.openFile(name);
    await page.locator('.monaco-editor .view-line').first().click();
    await workbench.selectAll();
    await page.keyboard.press('Delete');
    await page.keyboard.type(story, { delay });
    await ghost().first().waitFor({ timeout: 60_000 });
  }

  test('typed text is gone on with as ghost text, taken by word and by Tab', async () => {
    const { page } = workbench;
    await write('story.md');
    const offered = await ghostText();
    expect(offered.trim()).not.toBe('');
    const [word = ''] = /^\s*\p{L}+/u.exec(offered) ?? [];
    // The space before a word is a step of its own.
    await page.keyboard.press('Control+ArrowRight');
    await expect.poll(written).toBe(story + (/^\s*/u.exec(offered)?.[0] ?? ''));
    await page.keyboard.press('Control+ArrowRight');
    await expect.poll(written).toBe(story + word);
    await ghost().first().waitFor();
    const rest = await ghostText();
    await page.keyboard.press('Tab');
    await expect.poll(async () => (await written()).startsWith(story + word + rest)).toBe(true);
    await ghost().first().waitFor(); // What was written meanwhile, to go on with.
  });

  test('"Why This Completion?" explains it, and paints what it looked at onto the document', async () => {
    await write('story.md');
    const offered = await ghostText();
    await workbench.page.keyboard.press('Tab');
    await expect.poll(async () => (await written()).startsWith(story + offered)).toBe(true);
    await ghost().first().waitFor();
    await workbench.runCommand('Evolution: Why This Completion?');
    await workbench.choose('accepted last'); // Another text has been shown since.
    const frame = await workbench.webview('.sentence-of-token');
    expect(await frame.locator('.sentence-of-token').innerText()).toMatch(/had a probability of/u);
    await expect.poll(() => frame.locator('.cell').count(), { timeout: 30_000 }).toBe(31);
    await expect.poll(() => workbench.decorations()).toBeGreaterThan(2);
    const before = await workbench.placesOfDecorations();
    await frame.locator('.token-row').first().locator('.token').nth(2).click();
    await expect.poll(() => workbench.placesOfDecorations()).not.toEqual(before);
  });

  test('plain text is gone on with too, where VS Code looks for words to list while one types', async () => {
    await write('plain.txt', 30);
    expect((await ghostText()).trim()).not.toBe('');
  });

  test('a click in the status bar opens a menu, which turns it off', async () => {
    await write('story.md');
    await item().click();
    await workbench.choose('Turn Off');
    await expect.poll(state).toMatch(/Completion is off/u);
    await expect.poll(() => ghost().count()).toBe(0);
  });
});
