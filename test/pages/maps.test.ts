import { expect, test } from 'vitest';
import type { MapsDescription } from '../../src/common/protocol/pages/maps';
import { labOfFile } from './labOfFile';
import type { OpenOptions, OpenPage } from './pageLab';

const lab = labOfFile();
let open: OpenPage;

async function start(options: OpenOptions = {}): Promise<void> {
  open = await lab.open({ name: 'maps', height: 2600, ...options });
}

/** What the page shows once something holds of it. */
async function when(holds: (maps: MapsDescription) => boolean): Promise<MapsDescription> {
  let last: MapsDescription | undefined;
  await expect.poll(async () => holds((last = await open.maps()))).toBe(true);
  return last!;
}

test('every map is on the page, its charts drawn, and told in words', async () => {
  await start();
  const { titles, markdown, error } = await when(({ charts }) => charts === 2);
  expect(error).toBeUndefined();
  expect(titles.length).toBeGreaterThan(6);
  expect(await open.page.locator('h2').allInnerTexts()).toEqual(titles);
  for (const title of titles) {
    expect(markdown).toContain(`## ${title}`);
  }
  expect(markdown).toContain('| 2020 GPT-3 | O(n² d) |');
});

test('a place leads to its stage, its live part or its paper, by keyboard too', async () => {
  await start();
  await when(({ charts }) => charts === 2);
  const { page } = open;
  await page.getByRole('button', { name: '2018 BERT: goes to this stage' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Scaling laws', exact: true }).click();
  await page.getByRole('button', { name: 'Mamba', exact: true }).click();
  await page.getByRole('link', { name: /Kaplan et al\. 2020/ }).click();
  expect(await open.calls('follow')).toEqual([
    { target: 'stage:bert' },
    { target: 'part:scale' },
    { target: 'source:gu2023' },
  ]);
  expect(await open.calls('openLink')).toEqual([{ url: 'https://arxiv.org/abs/2001.08361' }]);
});

test('one goes from the top to a map, with the focus', async () => {
  await start({ height: 700 });
  await when(({ state }) => state === 'ready');
  await open.page.getByRole('button', { name: 'BERT against GPT' }).click();
  expect(await open.page.evaluate(() => document.activeElement?.textContent)).toBe(
    'BERT against GPT',
  );
});

test('no more than its tables is wider than a page of 320 pixels, and these scroll', async () => {
  await start({ width: 320 });
  await when(({ charts }) => charts === 2);
  const [inner, outer, table] = await open.page.evaluate(() => {
    const main = document.querySelector('main');
    return [
      main?.scrollWidth ?? 0,
      main?.clientWidth ?? 0,
      getComputedStyle(document.querySelector('.wide-table')!).overflowX,
    ];
  });
  expect(inner).toBeLessThanOrEqual(outer);
  expect(table).toBe('auto');
});

test('an error of the host is told with its cause', async () => {
  await start({ host: { failing: { start: 'internal' } } });
  expect((await when(({ state }) => state === 'error')).error?.code).toBe('internal');
  await open.page.getByText('Something went wrong.').waitFor();
});
