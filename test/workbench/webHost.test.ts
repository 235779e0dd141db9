import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { examples } from '../../scripts/paths.mjs';
import { Workbench } from './driver';
import { AttentionPanel } from './panel';

/** The `browser` entry, in the extension host that a browser without a server has. */

let workbench: Workbench;

beforeAll(async () => {
  workbench = await Workbench.open({
    settings: { 'remote.extensionKind': { 'lm-evolution.lm-evolution': ['web'] } },
    file: join(examples, 'pronouns.md'),
  });
  await workbench.hideSideBar();
});
afterAll(() => workbench.close());

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await workbench.keepEvidence(task.name);
  }
});

test('"Show Attention" works in the web extension host', async () => {
  await workbench.tab('pronouns.md').click();
  await workbench.select('The cat sat on the mat because it was tired.');
  const panel = await AttentionPanel.show(workbench);
  expect(await panel.tokens()).toContain('mat');
  expect(await panel.colours()).toBeGreaterThan(20);
});

test("the web extension host's own engine paints the attention at the caret", async () => {
  await workbench.tab('pronouns.md').click();
  await workbench.goTo(5, 34); // In "it".
  await workbench.runCommand('Evolution: Toggle Attention at the Caret');
  await expect.poll(() => workbench.decorations(), { timeout: 60_000 }).toBeGreaterThan(3);
});

test('a place on the maps leads to a live part of a stage, and it runs', async () => {
  await workbench.runCommand('Evolution: Show Maps');
  const maps = await workbench.webview('.events', 60_000);
  await maps.getByRole('button', { name: 'Translation', exact: true }).click();
  const stage = await workbench.webview('#part-alignment .step-word', 60_000);
  expect(await stage.locator('h1').innerText()).not.toBe('');
  expect(await stage.locator('#part-alignment .step-word').count()).toBeGreaterThan(3);
});

test('the extension did run in the browser, and not in Node', async () => {
  const fetched = async () => {
    const workers = workbench.page.workers();
    const lists = await Promise.all(
      workers.map(worker =>
        worker.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)),
      ),
    );
    return lists.flat();
  };
  await expect
    .poll(async () => (await fetched()).some(url => url.includes('dist%2Fweb%2Fextension.js')))
    .toBe(true);
  expect((await fetched()).some(url => url.includes('dist%2Fextension.js'))).toBe(false);
});
