import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Workbench } from '../workbench/driver';
import { record } from './figures';

const keystrokes = 200;
const text = 'the old house stood on a hill above the town and every night a light burned in it ';

test('typing in the real VS Code, with completion on beside off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lm-evolution-typing-'));
  writeFileSync(join(folder, 'typing.md'), '');
  const workbench = await Workbench.open({
    folder,
    file: join(folder, 'typing.md'),
    settings: {
      'lmEvolution.completion.enabled': true,
      'lmEvolution.completion.evenWhenSlow': true,
    },
  });
  try {
    const { page } = workbench;
    const ghost = page.locator('.monaco-editor .ghost-text-decoration').first();
    await page.locator('.monaco-editor .view-line').first().click();
    const item = page.locator('.statusbar-item', { hasText: 'SmolLM2' });
    await item.waitFor({ timeout: 60_000 });
    await page.locator('.monaco-editor .view-line').first().click();
    await page.keyboard.type('We count: one, two, three, four, five,');
    await ghost.waitFor({ timeout: 200_000 }); // The model is loaded by then.
    await type(workbench); // What is done for the first time is not what is measured.
    const on = await type(workbench);
    await item.click();
    await workbench.choose('Turn Off');
    await expect.poll(() => item.getAttribute('aria-label')).toMatch(/Completion is off/u);
    await page.locator('.monaco-editor .view-line').first().click();
    const off = await type(workbench);
    const offAgain = await type(workbench);
    const noise = Math.abs(median(off) - median(offAgain));
    expect(on).toHaveLength(keystrokes);
    record({ name: 'a key to the screen, completion off', value: median(off), unit: 'ms' });
    record({ name: 'the same again, for the noise', value: median(offAgain), unit: 'ms' });
    record({
      name: 'a key to the screen, completion on',
      value: median(on),
      unit: 'ms',
      // The noise of two runs alike, and a frame's share of it at least.
      limit: Math.max(median(off), median(offAgain)) + Math.max(noise, 4),
      note: `${keystrokes} keys`,
    });
  } finally {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Types, and gives of each key the time until the frame after it was on the screen, in ms. */
async function type({ page }: Workbench): Promise<number[]> {
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.evaluate(() => {
    const times: number[] = [];
    const onKey = () => {
      const started = performance.now();
      requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - started)));
    };
    document.addEventListener('keydown', onKey, { capture: true });
    Object.assign(window, {
      keyTimes: times,
      stopKeys: () => document.removeEventListener('keydown', onKey, { capture: true }),
    });
  });
  for (let index = 0; index < keystrokes; index++) {
    await page.keyboard.press(
      text[index % text.length] === ' ' ? 'Space' : (text[index % text.length] ?? 'a'),
    );
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(200);
  return page.evaluate(() => {
    const { keyTimes, stopKeys } = window as unknown as {
      keyTimes: number[];
      stopKeys: () => void;
    }; // Just put there.
    stopKeys();
    return keyTimes;
  });
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
