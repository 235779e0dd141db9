import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples, inRoot } from '../../scripts/paths.mjs';
import { themes, Workbench, type ThemeKind } from './driver';
import { AttentionPanel } from './panel';

/** Takes the pictures of the walkthrough from the product itself, in each theme: `npm run pictures`. */

const target = inRoot('media', 'walkthrough');

describe.each(Object.keys(themes) as ThemeKind[])('%s', theme => {
  let workbench: Workbench;
  let folder: string;

  beforeAll(async () => {
    mkdirSync(target, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'lm-evolution-pictures-'));
    cpSync(examples, folder, { recursive: true }); // What is typed here is saved.
    writeFileSync(join(folder, 'story.md'), '');
    workbench = await Workbench.open({
      theme,
      folder,
      file: join(folder, 'pronouns.md'),
      // What VS Code shows of it is about half as wide.
      size: { width: 1240, height: 760 },
      settings: {
        'workbench.activityBar.location': 'hidden',
        'breadcrumbs.enabled': false,
        'lmEvolution.completion.enabled': true,
        'lmEvolution.completion.evenWhenSlow': true,
      },
    });
    await workbench.hideSideBar();
  });
  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const take = async (step: string) => {
    await workbench.page.waitForTimeout(1000); // What is painted last is painted when nothing else is to do.
    const editors = workbench.page.locator('.part.editor');
    writeFileSync(join(target, `${step}-${theme}.png`), await editors.screenshot());
  };

  test('attention', async () => {
    await workbench.select('The cat sat on the mat because it was tired.');
    // It opens on layer 2, head 4, which looks from "it" to "cat".
    const panel = await AttentionPanel.show(workbench);
    await panel.frame.locator('.link strong', { hasText: '64.9' }).waitFor();
    await take('attention');
  });

  test('translation', async () => {
    await workbench.openFile('translation.md');
    await workbench.goTo(5, 1);
    await workbench.page.keyboard.press('Shift+End');
    const panel = await AttentionPanel.show(workbench, 'Translate Selection');
    await panel.frame.locator('.translations dd', { hasText: '…' }).waitFor({ state: 'detached' });
    await take('translation');
  });

  test('tokens', async () => {
    await workbench.openFile('languages.md');
    await workbench.goTo(1, 1);
    await workbench.runCommand('Evolution: Toggle Token Colours');
    await expect.poll(() => workbench.decorations(), { timeout: 30_000 }).toBeGreaterThan(3);
    await take('tokens');
    await workbench.runCommand('Evolution: Toggle Token Colours');
  });

  test('next', async () => {
    await workbench.openFile('lighthouse.txt');
    await workbench.select('the wind came in, and the light went');
    await workbench.runCommand('Evolution: Show Next Tokens');
    const frame = await workbench.webview('.bar', 60_000);
    await frame.locator('.bar').first().waitFor({ timeout: 60_000 });
    await take('next');
  });

  test('completion', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('story.md');
    await workbench.page.locator('.monaco-editor .view-line').first().click();
    await workbench.page.keyboard.type('The best way to learn a new');
    await workbench.page.locator('.ghost-text-decoration').first().waitFor({ timeout: 100_000 });
    await take('completion');
    await workbench.page.keyboard.press('Escape');
  });

  test('evolution', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('View: Show Evolution');
    await workbench.page.getByRole('treeitem', { name: /2017/ }).first().click();
    const frame = await workbench.webview('svg[aria-label^=Diagram]', 60_000);
    await frame.locator('svg[aria-label^=Diagram]').first().waitFor();
    await workbench.page.waitForTimeout(3000); // Its live part runs.
    await take('evolution');
  });
});
