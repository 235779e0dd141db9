import { describe, expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import { type OpenOptions, type OpenPage } from './pageLab';

const text = 'The cat sat on the mat because it was tired.';

const lab = labOfFile();

async function start(options: OpenOptions): Promise<OpenPage> {
  const open = await lab.open({ text, ...options });
  await open.settled();
  return open;
}

describe('the syntax of the text', () => {
  test('is parsed when it is opened, and says what it is', async () => {
    const { page } = await start({});
    expect(await page.locator('.arc').count()).toBe(0);
    await page.locator('.syntax > summary').click();
    await expect.poll(() => page.locator('.arc').count()).toBe(9);
    expect(await page.locator('.syntax').innerText()).toContain('A probe’s parse, not the truth');
    expect(
      await page.locator('.arc').evaluateAll(all => all.map(one => one.ariaLabel)),
    ).toContainEqual(expect.stringContaining('cat depends on sat: nsubj, subject of a verb; '));
  });

  test('lights the two words of an arc by pointer and by key', async () => {
    const { page } = await start({ savedState: { syntax: true } });
    const lit = () => page.locator('.arcs .word.lit').allTextContents();
    await page.locator('.arc').first().focus();
    await expect.poll(lit).toEqual(['The', 'cat']);
    await page.keyboard.press('ArrowRight');
    await expect.poll(lit).toEqual(['cat', 'sat']);
    await expect
      .poll(() => page.locator('.token.pointed').allTextContents())
      .toEqual(['cat', 'sat']);
    await page.locator('.arc', { hasText: 'obl' }).locator('text').hover();
    await expect.poll(lit).toEqual(['sat', 'mat']);
  });

  test('names the heads that agree with a relation, and shows one by a click', async () => {
    const { page, describe: tell } = await start({ savedState: { syntax: true } });
    await page.locator('.relation', { hasText: 'det' }).click();
    await expect.poll(() => page.locator('.arc').count()).toBe(2);
    const [first] = await page.locator('.agreeing li').allInnerTexts();
    expect(first).toMatch(/^layer \d, head \d+\s+2 of 2, mean weight \d/u);
    await page.locator('.agreeing li button').first().click();
    const { heads } = await tell();
    expect(heads).toHaveLength(1);
    expect(first).toContain(`layer ${heads[0]!.layer + 1}, head ${heads[0]!.head + 1}`);
    await page.locator('.relation', { hasText: 'det' }).click();
    await expect.poll(() => page.locator('.arc').count()).toBe(9);
  });

  test('is offered by models that have a parser alone', async () => {
    const { page } = await start({
      model: 'test/fixtures/tiny-gpt2',
      savedState: { syntax: true },
    });
    expect(await page.locator('.syntax').count()).toBe(0);
  });
});

describe('the weights shown', () => {
  const choose = async ({ page }: OpenPage, name: string) => {
    await page.locator('.weights-shown select').selectOption({ label: name });
    return () => page.locator('.heads-shown').innerText();
  };

  const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

  test.each([
    ['By value', 'average of all 72 heads, weighted by value'],
    ['Rollout', 'rollout to layer 6'],
    ['Masked out', 'change of the last states when a token is masked, as shares'],
  ])('are named: %s', async (name, words) => {
    const opened = await start({ savedState: { heads: [] } });
    const before = (await opened.describe()).matrix;
    const said = await choose(opened, name);
    await expect.poll(said, { timeout: 20_000 }).toBe(`${sentence(words)}.`);
    const { matrix, markdown } = await opened.describe();
    expect(matrix).not.toEqual(before);
    expect(markdown).toContain(words);
    const sums = matrix!.map(row => row.reduce((sum, weight) => sum + weight, 0));
    expect(sums.every(sum => Math.abs(sum - 1) < 1e-3)).toBe(true);
    const saidAgain = await choose(opened, 'Weights');
    await expect.poll(saidAgain).toBe('Average of all 72 heads.');
    expect((await opened.describe()).matrix).toEqual(before);
  });

  test('say where the output projection is missing', async () => {
    const { page } = await start({
      savedState: { weightKind: 'values', heads: [{ layer: 5, head: 0 }] },
    });
    const words = page.locator('.weights-shown');
    await expect.poll(() => words.innerText()).toContain('‖α v‖ is shown');
    await page.getByRole('gridcell', { name: 'Layer 1, head 1', exact: true }).click();
    await expect
      .poll(() => page.locator('.heads-shown').innerText())
      .toBe('Layer 1, head 1, weighted by value.');
    expect(await words.innerText()).not.toContain('‖α v‖ is shown');
  });
});
