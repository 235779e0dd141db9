/** Heads found: the most telling one first, sorted by what they do, and by the link that is looked for. */
import { expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import type { OpenPage } from './pageLab';

const text = 'The cat sat on the mat because it was tired.';
const lab = labOfFile();

async function start(savedState?: object, shown = text): Promise<OpenPage> {
  const open = await lab.open({ text: shown, width: 1500, savedState });
  await open.settled();
  return open;
}

const headNames = ({ page }: OpenPage) => page.locator('.sorted .caption').allInnerTexts();

/** Whether a place of the sorted grid shows what the same head showed in the grid of layers. */
const inkOf = ({ page }: OpenPage, selector: string) =>
  page.evaluate(query => {
    const canvas = document.querySelector<HTMLCanvasElement>(query);
    const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
      data: [],
    };
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
  }, selector);

test('the panel opens on the head that answers, with its link', async () => {
  const open = await start();
  expect((await open.describe()).heads).toEqual([{ layer: 1, head: 3 }]);
  expect((await open.page.locator('.words .link').innerText()).replace(/\s+/gu, ' ')).toBe(
    '64.9 % it → cat 1st of 13',
  );
  expect(await open.page.locator('.summary').innerText()).toContain('Most telling of 72 heads');
});

test('a pronoun is said to look back, where it looks at what follows more', async () => {
  const open = await start(
    undefined,
    'The trophy does not fit in the suitcase because it is too big.',
  );
  const link = (await open.page.locator('.words .link').innerText()).replace(/\s+/gu, ' ');
  expect(link).toMatch(/it → (suitcase|trophy|fit)/u);
});

test('of one word nothing is said to stand between words', async () => {
  const open = await start(undefined, 'Hello');
  expect((await open.page.locator('.words .link').innerText()).replace(/\s+/gu, ' ')).toMatch(
    /^Strongest \d/u,
  );
});

test('a sort puts the heads that do it most first, and their pictures with them', async () => {
  const open = await start();
  const { page } = open;
  await page.getByLabel('Sort the heads by').selectOption({ label: 'Previous token' });
  const names = await headNames(open);
  expect(names).toHaveLength(72);
  expect(new Set(names).size).toBe(72);
  // The head that looks at the token before: it is known by its diagonal.
  expect(names[0]).toBe('1·3');
  const first = page.locator('.sorted .thumbnail').first();
  expect(await first.getAttribute('aria-label')).toMatch(
    /^1: Layer 1, head 3, \d+(\.\d)?\s% *, usually \d+(\.\d)?\s%$/u,
  );
  await first.click();
  expect((await open.describe()).heads).toEqual([{ layer: 0, head: 2 }]);
});

test('the pictures of sorted heads come also where the panel opens with them', async () => {
  const open = await start({ sort: 'telling' });
  await expect.poll(() => inkOf(open, '.thumbnails.sorted canvas')).toBeGreaterThan(10_000);
  expect((await headNames(open))[0]).toBe('2·4');
});

test('a click on a cell keeps its link, and the heads that give most to it are one click away', async () => {
  const open = await start();
  const { page } = open;
  const heads = page.getByRole('region', { name: 'Heads for this link' });
  expect((await heads.locator('h2').innerText()).replace(/\s+/gu, ' ')).toBe('Heads for it → cat');
  const rows = (await heads.getByRole('button').allInnerTexts()).map(row =>
    row.split(/\n+/u).map(cell => cell.replace(/\s+/gu, ' ').trim()),
  );
  expect(rows.slice(0, 2)).toEqual([
    ['L2·H4', '64.9 %'],
    ['L4·H2', '46.0 %'],
  ]);
  await heads.getByRole('button').nth(1).click();
  await page.mouse.move(1, 1);
  expect((await open.describe()).heads).toEqual([{ layer: 3, head: 1 }]);
  // The link that it was found by stays.
  expect((await page.locator('.words .link').innerText()).replace(/\s+/gu, ' ')).toBe(
    '46.0 % it → cat 1st of 13',
  );
  await page.keyboard.press('Escape');
  expect((await open.describe()).heads).toEqual([{ layer: 1, head: 3 }]);
});
