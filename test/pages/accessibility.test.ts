import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stageIds, type PartId } from '../../src/shared/lesson';
import { PageLab, type OpenOptions, type OpenPage } from './pageLab';
import { themeKinds } from './theme';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const translator = 'models/transformer';
const pair: OpenOptions['text'] = ['The cat sat on the mat.', 'It was tired, unbelievably.'];

let lab: PageLab;
let open: OpenPage | undefined;

beforeAll(async () => {
  lab = await PageLab.start();
});
afterAll(() => lab.stop());
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** What axe finds, one line each. */
async function findings({ page }: OpenPage): Promise<string[]> {
  // A session of the debugger is above the page's policy, which allows no foreign script.
  const { readFile } = await import('node:fs/promises');
  await page.evaluate(await readFile(axePath, 'utf8'));
  const { violations } = await page.evaluate(
    () => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(), // Just put there.
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html.slice(0, 160)}`),
  );
}

describe.each(themeKinds)('in the %s theme axe finds nothing', theme => {
  test('in a picture, its lit tokens, the open menu and the help', async () => {
    open = await lab.open({ theme, text: pair });
    await open.settled();
    const { page } = open;
    await page.waitForTimeout(600);
    expect(await findings(open)).toEqual([]);
    await page.locator('.token').nth(3).click();
    await page.getByText('Hide special tokens').click();
    expect(await findings(open)).toEqual([]);
    await page.getByRole('button', { name: 'Export, scale' }).click();
    expect(await findings(open)).toEqual([]);
    await page.getByRole('menuitem', { name: 'What Am I Looking At?' }).click();
    expect(await findings(open)).toEqual([]);
  });

  test('folded to 320 pixels, opened, as lines', async () => {
    open = await lab.open({ theme, text: pair, width: 320, height: 700 });
    await open.settled();
    await open.page.locator('.rail-button').click();
    await open.page.getByRole('radio', { name: 'Lines' }).click();
    await open.page.waitForTimeout(600);
    expect(await findings(open)).toEqual([]);
  });

  test('in tokens, a word step by step, narrow and with ids', async () => {
    open = await lab.open({
      theme,
      name: 'tokens',
      text: 'Unbelievably 🦄.',
      others: [translator],
    });
    await open.settled();
    expect(await findings(open)).toEqual([]);
    await open.page.locator('.token').nth(1).click();
    await open.page.locator('.part').first().waitFor();
    await open.page.setViewportSize({ width: 320, height: 700 });
    await open.page.getByRole('button', { name: 'Copy, text and ids' }).click();
    await open.page.getByRole('menuitemradio', { name: 'Its Id' }).click();
    expect(await findings(open)).toEqual([]);
  });

  test.each(stageIds)('in the stage "%s", wide and at 320 pixels', async stage => {
    open = await lab.open({
      ...{ theme, name: 'stage', stage, height: 2600 },
      others: [
        translator,
        'models/seq2seq-attention',
        'test/fixtures/tiny-seq2seq-lstm',
        'test/fixtures/tiny-ulmfit',
        'test/fixtures/tiny-llama',
      ],
    });
    const page = open;
    await expect
      .poll(
        async () => {
          const { hasDiagram, parts } = await page.stage();
          return hasDiagram && parts.every(({ state }) => state !== 'running');
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    await open.page.getByRole('radio').first().check();
    expect(await findings(open)).toEqual([]);
    await open.page.setViewportSize({ width: 320, height: 2600 });
    await open.page.waitForTimeout(600);
    expect(await findings(open)).toEqual([]);
  });

  test('in rankings, a reward that is trained, its charts, and every era’s answer', async () => {
    open = await lab.open({
      ...{ theme, name: 'stage', stage: 'chatgpt', height: 4000 },
      others: [translator, 'models/seq2seq-attention', 'test/fixtures/tiny-llama'],
    });
    const { page } = open;
    const stage = open.stage;
    const settled = (id: PartId) =>
      expect
        .poll(async () => (await stage()).parts.find(part => part.id === id)?.state, {
          timeout: 30_000,
        })
        .toBe('ready');
    await settled('eras');
    const inPart = (name: string) =>
      page.locator('#part-rewards').getByRole('button', { name, exact: true });
    await inPart('Sample Four Answers').click();
    await settled('rewards');
    expect(await findings(open)).toEqual([]);
    await inPart('Keep This Ranking').click();
    await inPart('Train').click();
    await page.locator('#part-rewards .chart svg').nth(1).waitFor();
    await inPart('Sample 8 Answers').click();
    await settled('rewards');
    await inPart('Length').click();
    for (const summary of await page.locator('#part-rewards summary').all()) {
      await summary.click();
    }
    expect(await findings(open)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 4000 });
    await page.waitForTimeout(600);
    expect(await findings(open)).toEqual([]);
  });

  test('in the maps, wide and at 320 pixels', async () => {
    open = await lab.open({ theme, name: 'maps', height: 2600 });
    const { maps, page } = open;
    await expect.poll(async () => (await maps()).charts, { timeout: 30_000 }).toBe(2);
    expect(await findings(open)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 2600 });
    await page.waitForTimeout(600);
    expect(await findings(open)).toEqual([]);
  });

  test('in next tokens: cut, written as a tree, through the layers, narrow, with the menu open', async () => {
    open = await lab.open({
      theme,
      name: 'next',
      text: 'The cat 🦄',
      model: 'test/fixtures/tiny-llama',
      others: ['test/fixtures/tiny-masked-bert'],
    });
    await open.settled();
    const { page } = open;
    expect(await findings(open)).toEqual([]);
    await page.locator('#number-topK').fill('4');
    await page.locator('button.bar').first().click();
    await page.getByRole('radio', { name: 'Beam' }).click();
    await page.getByLabel('Tokens', { exact: true }).fill('5');
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await page.locator('.pace').waitFor();
    await page.getByRole('button', { name: 'Branches' }).click();
    await page.getByRole('button', { name: 'Through the Layers' }).click();
    await page.locator('.layers').waitFor();
    expect(await findings(open)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 700 });
    await page.getByRole('button', { name: 'Export, device and help' }).click();
    expect(await findings(open)).toEqual([]);
    await page.getByRole('menuitem', { name: 'What Am I Looking At?' }).click();
    expect(await findings(open)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByLabel('Model').selectOption('tiny-masked-bert');
    await page.locator('.mask-row .token').nth(1).dblclick();
    await page.locator('.fill').waitFor();
    expect(await findings(open)).toEqual([]);
  });

  test('with nothing to look at, and with an error', async () => {
    open = await lab.open({ theme });
    await open.settled();
    expect(await findings(open)).toEqual([]);
    await open.close();
    open = await lab.open({ theme, text: ' ' });
    await open.settled();
    expect(await findings(open)).toEqual([]);
  });
});
