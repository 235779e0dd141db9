import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PageLab, type OpenPage } from './pageLab';

/** Random parameters: what it writes means nothing, and everything else is as with a trained one. */
const model = 'test/fixtures/tiny-transformer';
const text = 'The cat sat on the mat.';

let lab: PageLab;
let open: OpenPage;

beforeAll(async () => {
  lab = await PageLab.start();
  open = await lab.open({ model, text });
  await open.settled();
});
afterAll(async () => {
  expect(open.complaints).toEqual([]);
  await lab.stop();
});

const kind = (title: string) => open.page.getByRole('radio', { name: title, exact: true });
const rows = (side: number) => open.page.locator('.sentence').nth(side).locator('.token');

describe('the page of a translator', () => {
  test('shows how its translation looks at the text, each row summing to 1', async () => {
    const { error, tokens, matrix = [] } = await open.describe();
    expect(error).toBeUndefined();
    expect(await kind('Cross').getAttribute('aria-checked')).toBe('true');
    expect(matrix).toHaveLength(tokens.length);
    expect(matrix[0]).toHaveLength(await rows(0).count());
    for (const row of matrix) {
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    }
  });

  test('has both texts, each with its language', async () => {
    expect(await open.page.locator('.sentence-name').allInnerTexts()).toEqual(['EN', 'FR']);
    expect((await rows(0).allInnerTexts()).join(' ')).toMatch(/^The/);
    expect(await rows(1).count()).toBe((await open.describe()).tokens.length);
  });

  test('changes between its three kinds of attention', async () => {
    await kind('Decoder').click();
    await expect.poll(async () => (await open.describe()).markdown).toContain('<s>');
    const { matrix = [] } = await open.describe();
    // A decoder looks at nothing that comes later.
    matrix.forEach((row, query) => {
      expect(row.slice(query + 1).every(weight => weight === 0)).toBe(true);
    });
    await kind('Encoder').click();
    await expect
      .poll(async () => (await open.describe()).matrix?.length)
      .toBe(await rows(0).count());
    await kind('Cross').click();
  });

  test('lights only the text in the document', async () => {
    await rows(1).first().hover();
    await expect.poll(async () => (await open.calls('highlight')).at(-1)).toBeDefined();
    const { ranges } = (await open.calls('highlight')).at(-1) as {
      ranges: { start: number; end: number }[];
    };
    expect(ranges.length).toBeGreaterThan(0);
    expect(ranges.every(({ end }) => end <= text.length)).toBe(true);
    await open.page.mouse.move(1, 1);
  });

  test('tells what it has written in the text alternative', async () => {
    expect((await open.describe()).markdown).toContain('Translation:');
  });

  test('shows what it has written as a text to copy', async () => {
    const translation = open.page.locator('.translation p');
    expect(await translation.count()).toBe(1);
    expect(await translation.getAttribute('lang')).toBe('fr');
    const text = (await translation.innerText()).trim();
    expect((await open.describe()).markdown).toContain(text);
    await open.page.getByRole('button', { name: 'Copy the translation' }).click();
    await expect.poll(() => open.calls('copy')).toEqual([{ text }]);
  });

  test('shows what the other translators make of the text, and how one of them looks at it', async () => {
    const {
      page,
      describe: look,
      settled,
      complaints,
      close,
    } = await lab.open({
      model,
      others: ['test/fixtures/tiny-seq2seq-lstm', 'test/fixtures/tiny-seq2seq-attention'],
      text,
    });
    await settled();
    const texts = () => page.locator('.translation p').allInnerTexts();
    await expect.poll(async () => (await texts()).filter(one => one !== '…')).toHaveLength(3);
    expect(await page.locator('.translator').allInnerTexts()).toEqual([
      expect.stringContaining('2017'),
      expect.stringContaining('2014'),
      expect.stringContaining('2015'),
    ]);
    const before = await texts();
    // It has no attention to show.
    expect(
      await page
        .locator('.translator')
        .nth(1)
        .evaluate(one => one.tagName),
    ).toBe('SPAN');
    expect(await page.getByLabel('Model').locator('option').count()).toBe(2);
    await page.locator('.translator').nth(2).click();
    await expect.poll(async () => (await look()).modelId).toBe('tiny-seq2seq-attention');
    await expect.poll(async () => (await settled()).matrix?.length).toBeGreaterThan(0);
    expect(await page.locator('.translator').nth(2).getAttribute('aria-pressed')).toBe('true');
    expect(await texts()).toEqual(before);
    expect(complaints).toEqual([]);
    await close();
  });

  test('keeps its translation on the screen beside the others, and says what it guesses at', async () => {
    const paragraph = 'The cat sat on the mat, and it was tired. '.repeat(8);
    const { page, settled, describe, close } = await lab.open({
      model,
      others: ['test/fixtures/tiny-seq2seq-lstm', 'test/fixtures/tiny-seq2seq-attention'],
      text: `WHERE IS THE **cat**? WHERE IS IT? ${paragraph}`,
      width: 640,
      height: 760,
    });
    await settled();
    const box = page.locator('.translations');
    await expect
      .poll(async () => (await page.locator('.translation p').allInnerTexts()).includes('…'))
      .toBe(false);
    const caution = page.locator('.caution');
    expect(await caution.innerText()).toContain('It never saw markup or code, like “**cat**?”');
    expect(await caution.innerText()).toContain('“WHERE IS IT?” was read as “Where is it?”');
    expect((await describe()).markdown).toContain('never saw markup');
    const within = (selector: string) =>
      page.locator(selector).evaluate((one, list) => {
        const [inner, outer] = [
          one.getBoundingClientRect(),
          document.querySelector(list)!.getBoundingClientRect(),
        ];
        return inner.height > 0 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
      }, '.translations');
    expect(await within('.caution')).toBe(true);
    expect(await within('.translation.shown p')).toBe(true);
    // Whoever scrolls to the others keeps it in view.
    await box.evaluate(one => one.scrollTo(0, one.scrollHeight));
    expect(await within('.translation.shown p')).toBe(true);
    await close();
  });

  test('leaves out the second of two texts, and says so', async () => {
    const pair = await lab.open({ model, text: ['The cat sat.', 'It slept.'] });
    expect((await pair.settled()).error).toBeUndefined();
    expect(await pair.page.locator('.cut').innerText()).toContain('the second is left out');
    await pair.close();
  });
});
