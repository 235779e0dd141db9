import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { stageIds, type PartId } from '../../src/common/content/lesson';
import { labOfFile } from './labOfFile';
import type { OpenOptions, OpenPage } from './pageLab';
import { readPageTheme, themeKinds, type ThemeKind } from './theme';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const translator = 'models/transformer';
const pair: OpenOptions['text'] = ['The cat sat on the mat.', 'It was tired, unbelievably.'];

const lab = labOfFile();

/** What axe finds in the page as it is, in each theme, one line each. */
async function findings({ page }: OpenPage): Promise<string[]> {
  // A session of the debugger is above the page's policy, which allows no foreign script.
  await page.evaluate(axe);
  const found: string[] = [];
  for (const kind of themeKinds) {
    await setTheme(page, kind);
    const { violations } = await page.evaluate(
      () => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(), // Just put there.
    );
    found.push(
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map(node => `${kind}: ${id}: ${node.html.slice(0, 160)}`),
      ),
    );
  }
  return found;
}

/** Gives the page another theme, and waits until all of it is drawn in that. */
async function setTheme(page: Page, kind: ThemeKind): Promise<void> {
  await atRest(page);
  await page.evaluate(
    theme => {
      document.querySelectorAll('.diagram-picture').forEach(one => one.classList.add('of-before'));
      window.applyTheme(theme);
    },
    await readPageTheme(kind),
  );
  await expect.poll(() => page.locator('.of-before').count()).toBe(0);
  await atRest(page);
}

/** Waits until nothing in the page has run, changed or moved for some frames: what runs is dimmed meanwhile. */
const atRest = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise(done => {
        let still = 0;
        const observer = new MutationObserver(() => (still = 0));
        observer.observe(document, {
          ...{ subtree: true, childList: true, attributes: true, characterData: true },
        });
        const look = () => {
          const isMoving = document
            .getAnimations()
            .some(({ playState }) => playState === 'running');
          const isBusy = document.querySelector('[aria-busy="true"]') !== null;
          still = isMoving || isBusy ? 0 : still + 1;
          if (still > 6) {
            observer.disconnect();
            done();
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      }),
  );

describe('in each theme axe finds nothing', () => {
  test('in the view inside a head, of one head and of an average', async () => {
    const open = await lab.open({ text: pair, savedState: { heads: [{ layer: 1, head: 3 }] } });
    await open.settled();
    await open.page.locator('.picture').focus();
    await open.page.keyboard.press('Enter');
    await open.page.locator('.inside tbody tr').first().waitFor();
    await open.page.locator('.inside summary').click();
    expect(await findings(open)).toEqual([]);
    await open.page.getByRole('button', { name: 'Average of all' }).click();
    await open.page.getByText('an average has no inside').waitFor();
    expect(await findings(open)).toEqual([]);
    expect(open.complaints).toEqual([]);
    await open.close();
  });

  test('in a picture, its lit tokens, the open menu and the help', async () => {
    const open = await lab.open({ text: pair });
    await open.settled();
    const { page } = open;
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
    const open = await lab.open({ text: pair, width: 320, height: 700 });
    await open.settled();
    await open.page.locator('.rail-button').click();
    await open.page.getByRole('radio', { name: 'Lines' }).click();
    expect(await findings(open)).toEqual([]);
  });

  test.each([1000, 320])(
    'with the syntax of a text and other weights, in %i pixels',
    async width => {
      const open = await lab.open({
        ...{ text: 'The cat sat on the mat because it was tired.', width, height: 900 },
        savedState: { syntax: true, relation: 'det', weightKind: 'rollout' },
      });
      await open.settled();
      await open.page.locator('.agreeing li').first().waitFor();
      expect(await findings(open)).toEqual([]);
      await open.page.locator('.arc').first().focus();
      expect(await findings(open)).toEqual([]);
    },
  );

  test.each([1000, 320])('with a head switched off and all ranked, in %i pixels', async width => {
    const open = await lab.open({
      ...{ model: 'test/fixtures/tiny-gpt2', text: 'The cat sat on the mat.', width, height: 900 },
    });
    await open.settled();
    const { page } = open;
    await page.locator('[data-layer="0"][data-head="1"]').click();
    await page.locator('.without-control').click();
    await page.locator('.without-words').waitFor();
    expect(await findings(open)).toEqual([]);
    await page.getByRole('button', { name: /^Which heads matter/u }).click();
    await page.locator('.sweep .effect-row').first().waitFor();
    expect(await findings(open)).toEqual([]);
  });

  test.each([1500, 320])('with a second head beside the picture, in %i pixels', async width => {
    const open = await lab.open({ text: pair, width, height: 900 });
    await open.settled();
    await open.page.getByRole('button', { name: /^Compare/u }).click();
    await open.page.getByText(/points (less|more)/u).waitFor();
    expect(await findings(open)).toEqual([]);
    await open.page.getByRole('radio', { name: 'Sentence' }).click();
    expect(await findings(open)).toEqual([]);
  });

  test('with lines of several heads', async () => {
    const open = await lab.open({
      text: 'The cat sat on the mat because it was tired.',
      savedState: {
        view: 'lines',
        heads: [
          { layer: 1, head: 3 },
          { layer: 3, head: 1 },
        ],
      },
    });
    await open.settled();
    expect(await findings(open)).toEqual([]);
  });

  test('in tokens, a word step by step, narrow and with ids', async () => {
    const open = await lab.open({
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
    const open = await lab.open({
      ...{ name: 'stage', stage, height: 2600 },
      others: [
        translator,
        'models/seq2seq-attention',
        'test/fixtures/tiny-seq2seq-lstm',
        'test/fixtures/tiny-ulmfit',
        'test/fixtures/tiny-llama',
      ],
    });
    await expect
      .poll(async () => {
        const { hasDiagram, parts } = await open.stage();
        const isMade = hasDiagram && parts.length > 0;
        return isMade && parts.every(({ state }) => state !== 'running');
      })
      .toBe(true);
    await open.page.getByRole('radio').first().check();
    expect(await findings(open)).toEqual([]);
    await open.page.setViewportSize({ width: 320, height: 2600 });
    expect(await findings(open)).toEqual([]);
  });

  test('in rankings, a reward that is trained, its charts, and every era’s answer', async () => {
    const open = await lab.open({
      ...{ name: 'stage', stage: 'chatgpt', height: 4000 },
      others: [translator, 'models/seq2seq-attention', 'test/fixtures/tiny-llama'],
    });
    const { page, stage } = open;
    const settled = (id: PartId) =>
      expect
        .poll(async () => (await stage()).parts.find(part => part.id === id)?.state)
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
    expect(await findings(open)).toEqual([]);
  });

  test('in the maps, wide and at 320 pixels', async () => {
    const open = await lab.open({ name: 'maps', height: 2600 });
    const { maps, page } = open;
    await expect.poll(async () => (await maps()).charts).toBe(2);
    expect(await findings(open)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 2600 });
    expect(await findings(open)).toEqual([]);
  });

  test('in next tokens: cut, written as a tree, through the layers, narrow, with the menu open', async () => {
    const open = await lab.open({
      name: 'next',
      text: 'The cat 🦄',
      model: 'test/fixtures/tiny-llama',
      others: ['test/fixtures/tiny-masked-bert'],
    });
    await open.settled();
    const { page } = open;
    expect(await findings(open)).toEqual([]);
    await page.getByRole('radio', { name: 'Bits' }).click();
    await page.locator('.levels').waitFor();
    await page.locator('[data-token="1"]').click();
    await page.getByText('Written here: ').waitFor();
    expect(await findings(open)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('#number-topK').fill('4');
    await page.locator('button.bar').first().click();
    await page.getByRole('radio', { name: 'Beam' }).click();
    await page.getByLabel('Tokens', { exact: true }).fill('5');
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await page.locator('.pace').waitFor();
    await page.getByRole('button', { name: 'Branches' }).click();
    await page.getByRole('button', { name: 'Through the Layers' }).click();
    await page.locator('.layers:not(.beam-scores)').waitFor();
    expect(await findings(open)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 700 });
    await page.getByRole('button', { name: 'Export, device and help' }).click();
    expect(await findings(open)).toEqual([]);
    await page.getByRole('menuitem', { name: 'What Am I Looking At?' }).click();
    expect(await findings(open)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByLabel('Model').selectOption('tiny-masked-bert');
    await page.locator('.fill').first().waitFor();
    expect(await findings(open)).toEqual([]);
  });

  test('with nothing to look at, and with an error', async () => {
    const empty = await lab.open();
    await empty.settled();
    expect(await findings(empty)).toEqual([]);
    await empty.close();
    const failed = await lab.open({ text: ' ' });
    await failed.settled();
    expect(await findings(failed)).toEqual([]);
  });
});
