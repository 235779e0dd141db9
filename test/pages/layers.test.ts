import { expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import { subjectOf, type OpenPage } from './pageLab';

const text = 'The cat sat on the';
const lab = labOfFile();

async function start(): Promise<OpenPage> {
  const open = await lab.open({ name: 'next', model: 'test/fixtures/tiny-llama', text });
  await open.settled();
  await open.page.getByRole('button', { name: 'Positions and Layers' }).click();
  await open.page.getByText(/× \d+ layers in/u).waitFor();
  return open;
}

test('the layers of each position: walked by keys, a typed word followed, said to be of the text before', async () => {
  const open = await start();
  const { page } = open;
  const { candidates } = await open.next();
  const cells = page.locator('.grid-cell');
  const columns = await page.locator('.grid-cells tbody tr').first().locator('td').count();
  expect(await cells.count()).toBe(columns * 3);

  // The last position and layer says what the bars say.
  const words = page.locator('.grid-words');
  await expect
    .poll(() => words.textContent())
    .toContain(`After layer 2 of 2, ${candidates[0]?.label}`);
  const chosen = page.locator('[aria-selected=true] .grid-cell');
  await chosen.focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => words.textContent()).toContain('After layer 1 of 2');
  expect(await chosen.evaluate(cell => cell === document.activeElement)).toBe(true);
  await page.keyboard.press('Home');
  expect(await chosen.getAttribute('data-cell')).toBe('0,1');

  await page.getByLabel('Watch', { exact: true }).fill('cat');
  await page.keyboard.press('Enter');
  await page.getByText(/“cat” is (the|\d)/u).waitFor();
  await expect
    .poll(() => page.locator('.layer-grid figure, .layer-grid svg[role=img]').count())
    .toBeGreaterThan(0);
  const chart = page.getByRole('img', { name: /Ranks through the layers/u });
  await expect.poll(() => chart.getAttribute('aria-label')).toMatch(/; .* from rank/u);
  expect(await chart.textContent()).toContain('Rank (1 is the most probable)');

  await page.evaluate(subject => window.fakeHost.page.show({ subject }), {
    ...subjectOf({ text: 'A dog' }),
    modelId: 'tiny-llama',
  });
  await page.getByText('This is of the text before.').waitFor();
  await page.getByRole('button', { name: 'Read Again' }).click();
  await page.getByText(/× 2 layers in/u).waitFor();
  expect(open.complaints).toEqual([]);
});
