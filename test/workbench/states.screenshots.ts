import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cache, examples } from '../../scripts/paths.mjs';
import { words } from '../bench/figures';
import { themes, Workbench, type ThemeKind } from './driver';
import { AttentionPanel } from './panel';

/** For people to look at: `npm run screenshots` leaves the states of the panel, in each theme, in `.cache/screenshots`. */

const target = join(cache, 'screenshots');

describe.each(Object.keys(themes) as ThemeKind[])('%s', theme => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    mkdirSync(target, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'lm-evolution-screenshots-'));
    cpSync(examples, folder, { recursive: true });
    for (const count of [60, 200, 512]) {
      writeFileSync(join(folder, `words-${count}.txt`), words(count - 2));
    }
    workbench = await Workbench.open({
      theme,
      folder,
      file: join(folder, 'pronouns.md'),
      pinFonts: false,
    });
    await workbench.hideSideBar();
  });
  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const shoot = async (name: string) => {
    await workbench.page.waitForTimeout(700); // The small pictures are painted when nothing else is to do.
    writeFileSync(join(target, `${theme}-${name}.png`), await workbench.page.screenshot());
  };

  test('a sentence, in every view', async () => {
    await workbench.select('The cat sat on the mat because it was tired.');
    const panel = await AttentionPanel.show(workbench);
    await shoot('sentence');
    await panel.chooseHead(5, 3);
    await panel.frame.locator('.token-row button', { hasText: /^it$/ }).hover();
    await shoot('sentence-head-hover');
    await panel.frame.getByText('Lines', { exact: true }).click();
    await shoot('sentence-lines');
    await panel.openMenu();
    await shoot('menu');
    await panel.frame.getByRole('menuitem', { name: 'What Am I Looking At?' }).click();
    await shoot('help');
    await workbench.page.keyboard.press('Escape');
    await panel.frame.getByText('Matrix', { exact: true }).click();
  });

  test.each([320, 600, 1200])('a panel about %i pixels wide', async width => {
    await workbench.page.setViewportSize({ width: width * 2 + 60, height: 900 });
    await workbench.page.waitForTimeout(500); // The window lays itself out again.
    await shoot(`${width}-wide`);
    await workbench.page.setViewportSize({ width: 1600, height: 900 });
  });

  test('a pair of sentences', async () => {
    await workbench.tab('pronouns.md').click();
    await workbench.goTo(16, 1);
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await workbench.page.keyboard.press('Shift+End');
    await AttentionPanel.show(workbench);
    await shoot('pair');
  });

  test.each([60, 200, 512])('%i tokens', async count => {
    await workbench.openFile(`words-${count}.txt`);
    await workbench.selectAll();
    await AttentionPanel.show(workbench);
    await shoot(`${count}-tokens`);
  });

  test('many scripts', async () => {
    await workbench.openFile('languages.md');
    await workbench.goTo(10, 1);
    await workbench.page.keyboard.press('Shift+End');
    await AttentionPanel.show(workbench);
    await shoot('japanese');
  });

  test('a translation', async () => {
    await workbench.openFile('translation.md');
    await workbench.goTo(5, 1);
    await workbench.page.keyboard.press('Shift+End');
    const panel = await AttentionPanel.show(workbench, 'Translate Selection');
    await shoot('translation');
    await panel.frame.locator('.token-row button').nth(3).hover();
    await shoot('translation-hover');
    await workbench.goTo(9, 1);
    await workbench.page.keyboard.press('Shift+End');
    await AttentionPanel.show(workbench, 'Translate Selection');
    await shoot('translation-long');
  });

  test('a decoder of thirty layers', async () => {
    await workbench.openFile('pronouns.md');
    await workbench.select('The cat sat on the mat because it was tired.');
    const panel = await AttentionPanel.show(workbench);
    await panel.chooseModel('smollm2');
    await shoot('smollm2');
    await panel.chooseHead(12, 5);
    await panel.frame.locator('.token-row button').nth(8).hover();
    await shoot('smollm2-head');
  });

  test('a decoder that only looks back', async () => {
    await workbench.openFile('pronouns.md');
    await workbench.select('The cat sat on the mat because it was tired.');
    const panel = await AttentionPanel.show(workbench);
    await panel.chooseModel('gpt2');
    await shoot('gpt2');
    await panel.chooseHead(5, 3);
    await panel.frame.locator('.token-row button').nth(8).hover();
    await shoot('gpt2-head');
  });

  test('tokens', async () => {
    await workbench.openFile('languages.md');
    await workbench.goTo(10, 1);
    await workbench.page.keyboard.press('Shift+End');
    await workbench.runCommand('Evolution: Show Tokens');
    const frame = await workbench.webview('.tokenizer .token', 30_000);
    await shoot('tokens');
    await frame.locator('.token:not(.special)').first().click();
    await frame.locator('.part').first().waitFor();
    await shoot('tokens-step');
  });

  test('tokens in the editor', async () => {
    await workbench.openFile('languages.md');
    await workbench.goTo(5, 1);
    await workbench.page.keyboard.press('Shift+End');
    await workbench.runCommand('Evolution: Toggle Token Colours');
    await expect.poll(() => workbench.decorations(), { timeout: 30_000 }).toBeGreaterThan(3);
    await shoot('token-colours');
    await workbench.runCommand('Evolution: Toggle Token Colours');
  });

  test('next tokens', async () => {
    await workbench.openFile('lighthouse.txt');
    await workbench.goTo(3, 1);
    await workbench.page.keyboard.press('End');
    await workbench.runCommand('Evolution: Show Next Tokens');
    const frame = await workbench.webview('button.bar', 90_000);
    await shoot('next');
    await frame.getByRole('button', { name: /^Sampling/u }).click();
    await frame.locator('#number-temperature').fill('0.7');
    await frame.locator('#number-topP').fill('0.8');
    await frame.locator('button.bar').first().click();
    await frame.getByRole('radio', { name: 'Beam' }).click();
    await frame.getByRole('button', { name: 'Write', exact: true }).click();
    await frame.locator('.pace').waitFor({ timeout: 60_000 });
    await frame.getByRole('button', { name: 'Branches' }).click();
    await frame.getByRole('button', { name: 'Through the Layers' }).click();
    await frame.locator('.layers').waitFor({ timeout: 60_000 });
    await shoot('next-written');
    await frame.getByRole('button', { name: 'Insert into Document' }).click();
    await shoot('next-inserted');
    await workbench.page.keyboard.press('Control+Z');
  });

  test('a masked word', async () => {
    await workbench.openFile('pronouns.md');
    await workbench.goTo(5, 1);
    await workbench.page.keyboard.press('Shift+End');
    await workbench.runCommand('Evolution: Show Next Tokens');
    const frame = await workbench.webview('button.bar', 90_000);
    await frame.getByLabel('Model', { exact: true }).selectOption('bert');
    await frame.locator('.mask-row .token', { hasText: 'mat' }).dblclick();
    await frame.locator('.mask-row .token', { hasText: 'tired' }).dblclick();
    await expect.poll(() => frame.locator('.fills > *').count(), { timeout: 60_000 }).toBe(2);
    await shoot('masks');
  });

  test('the stages, in the side bar and on their page', async () => {
    await workbench.openFile('pronouns.md');
    await workbench.select('The cat sat on the mat because it was tired.');
    await workbench.runCommand('Evolution: Focus on Timeline View');
    const stages = workbench.page.locator('.part.sidebar [role="treeitem"]');
    await expect.poll(() => stages.count(), { timeout: 30_000 }).toBeGreaterThan(6);
    await stages.nth(1).click();
    await workbench.webview('.diagram-picture', 60_000);
    await shoot('stages');
    await workbench.hideSideBar();
  });

  test('white space alone', async () => {
    await workbench.openFile('pronouns.md');
    await workbench.goTo(4, 1);
    await workbench.runCommand('Evolution: Show Attention');
    await workbench.page.waitForTimeout(1000); // The message slides in.
    await shoot('nothing-to-show');
  });

  test('the attention at the caret', async () => {
    await workbench.tab('pronouns.md').click();
    await workbench.goTo(5, 34);
    await workbench.runCommand('Evolution: Toggle Attention at the Caret');
    await expect.poll(() => workbench.decorations(), { timeout: 30_000 }).toBeGreaterThan(3);
    await workbench.page.waitForTimeout(500); // The status line follows.
    await shoot('caret');
  });

  test('surprisal', async () => {
    const { page } = workbench;
    await workbench.openFile('pronouns.md');
    await workbench.goTo(1, 1);
    await workbench.runCommand('Evolution: Show Surprisal');
    const item = page.locator('[id="lm-evolution.lm-evolution.lmEvolution.surprisal"]');
    // Without the sign of waiting: all of it is read.
    await item.locator('.codicon-pulse').waitFor({ timeout: 100_000 });
    await shoot('surprisal');
    await workbench.goTo(26, 17);
    await workbench.runCommand('Show or Focus Hover');
    await page.locator('.monaco-hover', { hasText: 'rank' }).first().waitFor();
    await shoot('surprisal-hover');
    await item.hover();
    await shoot('surprisal-legend');
    await page.keyboard.press('Escape');
    await page.locator('.view-lines').first().click();
    await page.keyboard.press('Escape');
    await item.waitFor({ state: 'hidden' });
  });
});
