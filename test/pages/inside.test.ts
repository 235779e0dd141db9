import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PageLab, type OpenOptions, type OpenPage } from './pageLab';

const text = 'The cat sat on the mat because it was tired, unbelievably.';

let lab: PageLab;
let open: OpenPage;

beforeAll(async () => {
  lab = await PageLab.start({ isWarm: true });
  return () => lab.stop();
});
afterEach(async () => {
  expect(open.complaints).toEqual([]);
  await open.close();
});

/** Opens the page with one head chosen, in tokens. */
async function start(options: OpenOptions, heads = [{ layer: 1, head: 3 }]): Promise<void> {
  open = await lab.open({ text, savedState: { heads }, ...options });
  await open.settled();
}

const inside = () => open.page.locator('.inside');
const sentence = () => inside().locator('.inside-words').innerText();
const title = () => inside().getByRole('heading', { level: 2 }).innerText();
const picture = () => open.page.locator('.picture');
const isFocused = () => picture().evaluate(element => element === document.activeElement);

/** Moves the focus to a cell by keys alone, from the first. */
async function focusCell(row: number, column: number): Promise<void> {
  const { page } = open;
  await picture().focus();
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Home');
  for (let step = 0; step < row; step++) {
    await page.keyboard.press('ArrowDown');
  }
  for (let step = 0; step < column; step++) {
    await page.keyboard.press('ArrowRight');
  }
}

/** Waits for the tensors of the layer. */
const shown = () => inside().locator('tbody tr').first().waitFor();

/** What the table says of each key: its name, and its numbers as they stand. */
async function rows(): Promise<string[][]> {
  const all = await inside().locator('tbody tr').allInnerTexts();
  return all.map(row => row.split(/\s*\t\s*/));
}

const numberOf = (cell = '') => Number(cell.replace('−', '-'));

test('Enter on a cell shows how its weight is made, from scores to the weight of the graph', async () => {
  await start({});
  const { tokens, matrix = [] } = await open.describe();
  const [row, column] = [tokens.indexOf('it'), tokens.indexOf('cat')];
  await focusCell(row, column);
  await open.page.keyboard.press('Enter');
  await shown();
  expect(await title()).toBe('Inside layer 2, head 4');
  expect(await sentence()).toMatch(
    /^“it” asks, “cat” answers: the product [\d.]+ divided by √32 is [\d.]+, and after the softmax [\d.]+\s% of the weight\.$/,
  );
  const cells = await rows();
  // Repeated tokens are numbered.
  expect(cells.map(([key = '']) => key.replace(/[₀-₉]+$/u, ''))).toEqual(tokens);
  // The numbers that stand there make the weights that stand there, and these are the picture's.
  const powers = cells.map(([, , score]) => Math.exp(numberOf(score)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  cells.forEach(([, product, score, weight = ''], key) => {
    expect(Math.abs(numberOf(product) / Math.sqrt(32) - numberOf(score))).toBeLessThan(0.01);
    const own = 100 * (matrix[row]?.[key] ?? NaN);
    expect(Math.abs((100 * powers[key]!) / total - own)).toBeLessThan(0.6);
    expect(Math.abs(Number.parseFloat(weight.replace('<', '')) - own)).toBeLessThan(0.11);
  });
  const difference = /differ from the graph’s own by at most\s+([\de+-]+)\./.exec(
    await inside().innerText(),
  );
  expect(Number(difference?.[1])).toBeLessThan(1e-4);
  expect(await open.calls('reveal')).toEqual([]);
});

test('the picture keeps its place and size, the view follows arrow keys, and Escape gives the focus back', async () => {
  const heads = [{ layer: 4, head: 9 }];
  await start({}, heads);
  const box = () => picture().boundingBox();
  const before = await box();
  await focusCell(2, 3);
  await open.page.keyboard.press('Enter');
  await shown();
  expect(await box()).toEqual(before);
  const [first, runs] = [await sentence(), (await open.calls('analysed')).length];
  await open.page.keyboard.press('ArrowRight');
  await expect.poll(sentence).not.toBe(first);
  expect((await open.calls('analysed')).length).toBe(runs);
  await inside().locator('tbody button').nth(1).focus();
  await open.page.keyboard.press('Enter');
  expect(await sentence()).toMatch(/“the₁” answers/);
  await open.page.keyboard.press('Escape');
  await expect.poll(() => inside().count()).toBe(0);
  expect(await isFocused()).toBe(true);
  // The cell is where it was: the line of words names it.
  expect(await open.page.locator('.words .link').innerText()).toMatch(/cat\s*→\s*the/);
  // The next one lets go of the heads.
  await open.page.keyboard.press('Escape');
  await expect.poll(async () => (await open.describe()).heads).not.toEqual(heads);
});

test('a double click opens it, another head moves it, and a layer that was there needs no run', async () => {
  await start({});
  const { width = 0, height = 0 } = (await picture().boundingBox()) ?? {};
  await picture().dblclick({ position: { x: width * 0.3, y: height * 0.35 } });
  await shown();
  // Two clicks are one click twice: no row is kept.
  expect(await open.page.locator('.token[aria-pressed="true"]').count()).toBe(0);
  const choose = (layer: number, head: number) =>
    open.page.locator(`.thumbnail[data-layer="${layer}"][data-head="${head}"]`).click();
  await choose(5, 1);
  await expect.poll(title).toBe('Inside layer 6, head 2');
  await expect.poll(() => inside().getAttribute('aria-busy')).toBe('false');
  await choose(1, 3);
  await expect.poll(title).toBe('Inside layer 2, head 4');
  // Kept: there is no moment without it.
  expect(await inside().getAttribute('aria-busy')).toBe('false');
});

test('an average has no inside: the view offers its strongest head', async () => {
  await start({}, [
    { layer: 1, head: 3 },
    { layer: 0, head: 2 },
  ]);
  const { tokens } = await open.describe();
  await focusCell(tokens.indexOf('it'), tokens.indexOf('cat'));
  await open.page.keyboard.press('Enter');
  await inside().getByText('an average has no inside').waitFor();
  expect(await inside().locator('tbody').count()).toBe(0);
  await inside().getByText('Look Inside Layer 2, head 4').click();
  await shown();
  expect(await title()).toBe('Inside layer 2, head 4');
  expect((await open.describe()).heads).toEqual([{ layer: 1, head: 3 }]);
});

test('a merged word says that it is pooled, and offers its tokens', async () => {
  await start({ savedState: { heads: [{ layer: 1, head: 3 }], words: true } });
  const { tokens } = await open.describe();
  const row = tokens.indexOf('unbelievably');
  expect(row).toBeGreaterThan(0);
  await focusCell(row, 2);
  await open.page.keyboard.press('Enter');
  await shown();
  const asks = inside().getByRole('group', { name: 'It asks' });
  const pieces = await asks.getByRole('button').allInnerTexts();
  expect(pieces.length).toBeGreaterThan(1);
  await asks.getByRole('button').last().click();
  await expect.poll(sentence).toContain(`“${pieces.at(-1)}” asks`);
});

describe('of other models', () => {
  test.each([
    ['test/fixtures/tiny-gpt2', 'masked', /What is masked is what stands later/],
    ['test/fixtures/tiny-llama', 'shared', /heads 1 to \d of this layer use number 1 of/],
    ['test/fixtures/tiny-llama', 'turned', /Positions are rotary/],
    ['test/fixtures/tiny-transformer', 'across', /differ from the graph’s own/],
    ['test/fixtures/tiny-seq2seq-attention', 'additive', /This attention is additive/],
  ])('%s says what is particular: %s', async (model, _, words) => {
    await start({ model, text: 'The cat sat.' }, [{ layer: 0, head: 0 }]);
    await focusCell(1, 0);
    await open.page.keyboard.press('Enter');
    await shown();
    const told = await inside().innerText();
    expect(told).toMatch(words);
    const difference = /by at most\s+([\de+-]+)\./.exec(told);
    expect(Number(difference?.[1])).toBeLessThan(1e-4);
  });

  test('a cell that may not be looked at says so', async () => {
    await start({ model: 'test/fixtures/tiny-gpt2', text: 'The cat sat.' }, [
      { layer: 0, head: 0 },
    ]);
    await focusCell(0, 2);
    await open.page.keyboard.press('Enter');
    await shown();
    expect(await sentence()).toMatch(/it may not look at “.*”: it comes later\.$/);
    const [, second] = await rows();
    expect(second?.slice(-3, -1)).toEqual(['−∞', 'masked']);
  });
});

test('it is as wide as a page of 320 pixels, and can be scrolled', async () => {
  await start({ width: 320, height: 700 });
  await focusCell(3, 3);
  await open.page.keyboard.press('Enter');
  await shown();
  const size = await inside().evaluate(({ scrollWidth, clientWidth, clientHeight }) => ({
    isWhole: scrollWidth <= clientWidth,
    clientHeight,
  }));
  expect(size.isWhole).toBe(true);
  expect(size.clientHeight).toBeLessThan(400);
});
