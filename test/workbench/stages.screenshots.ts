import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cache } from '../../scripts/paths.mjs';
import { words } from '../bench/figures';
import { themes, Workbench, type ThemeKind } from './driver';

/**
 * For people to look at: `npm run screenshots -- stages` leaves every stage, whole, with what its live parts came to,
 * in each theme, in `.cache/screenshots`; of an ordinary sentence, and of texts that are hard.
 */

const target = join(cache, 'screenshots');

const texts = {
  sentence: 'The cat sat on the mat because it was tired.',
  word: 'Cats',
  french: 'Le chat est assis sur le tapis parce qu’il est fatigué.',
  emoji: '😀🎉👩‍👩‍👧',
  unknown: 'Qwrtz flumpf zzyzx brrk.',
  long: words(5000),
} as const;

describe.each(Object.keys(themes) as ThemeKind[])('%s', theme => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    mkdirSync(target, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'lm-evolution-stages-'));
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(join(folder, `${name}.txt`), `${text}\n`);
    }
    workbench = await Workbench.open({
      theme,
      folder,
      file: join(folder, 'sentence.txt'),
      pinFonts: false,
    });
    await workbench.hideSideBar();
  });
  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.keys(texts))('every stage on: %s', { timeout: 900_000 }, async name => {
    await workbench.openFile(`${name}.txt`);
    await workbench.selectAll();
    await workbench.runCommand('Evolution: Open Stage');
    await workbench.choose('2014');
    const frame = await workbench.webview('.diagram-picture', 60_000);
    for (const [index, place] of (await frame.locator('.place').all()).entries()) {
      await workbench.page.setViewportSize({ width: 1600, height: 900 });
      await place.click();
      await frame.locator('.diagram-picture svg').first().waitFor();
      if (name === 'sentence') {
        await frame.locator('.question input').first().check();
        await pressAll(frame);
      }
      await shootWhole(frame, `${theme}-stage-${index + 1}-${name}`);
    }
    await workbench.page.setViewportSize({ width: 1600, height: 900 });
  });

  /** Presses each button that runs something, once it can be pressed. */
  const pressAll = async (frame: Frame) => {
    const pressed = new Set<string>();
    for (;;) {
      await settled(frame);
      const buttons = await frame.locator('section.part vscode-button:not([disabled])').all();
      const titles = await Promise.all(buttons.map(button => button.innerText()));
      const index = titles.findIndex(title => !pressed.has(title.trim()));
      const button = buttons[index];
      if (!button) {
        return;
      }
      pressed.add(titles[index]?.trim() ?? '');
      await button.click();
    }
  };

  const settled = async (frame: Frame) => {
    await workbench.page.waitForTimeout(1000);
    const running = frame
      .locator('section.part')
      .locator('.work, vscode-button:has-text("Stop"), [aria-busy="true"]');
    await expect.poll(() => running.count(), { timeout: 300_000, interval: 1000 }).toBe(0);
  };

  /** In a window so high that all is in view, so that every live part runs. */
  const shootWhole = async (frame: Frame, name: string) => {
    const { page } = workbench;
    let height = 0;
    for (;;) {
      const needed = (await frame.locator('article').evaluate(one => one.scrollHeight)) + 300;
      if (needed <= height) {
        break;
      }
      height = needed; // Above and below the page are VS Code's own bars.
      await page.setViewportSize({ width: 1600, height });
      await settled(frame);
    }
    writeFileSync(join(target, `${name}.png`), await page.screenshot());
  };
});
