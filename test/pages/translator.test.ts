import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LitRange } from '../../src/common/protocol/pages/host';
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
    await open.page.getByText('Whole words').click();
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
    await open.page.getByText('Whole words').click();
  });

  test('lights only the text in the document', async () => {
    await rows(1).first().hover();
    await expect
      .poll(async () => (await open.calls('highlight')).at(-1))
      .not.toEqual({ ranges: [] });
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
    // The newest first; the other one that has attention can be looked at.
    expect(await page.locator('.translator').allInnerTexts()).toEqual([
      expect.stringContaining('2017'),
      expect.stringContaining('2015'),
      expect.stringContaining('2014'),
    ]);
    const before = await texts();
    // It has no attention to show.
    expect(
      await page
        .locator('.translator')
        .nth(2)
        .evaluate(one => one.tagName),
    ).toBe('SPAN');
    expect(await page.getByLabel('Model').locator('option').count()).toBe(2);
    await page.locator('.translator').nth(1).click();
    await expect.poll(async () => (await look()).modelId).toBe('tiny-seq2seq-attention');
    await expect.poll(async () => (await settled()).matrix?.length).toBeGreaterThan(0);
    expect(await page.locator('.translator').nth(1).getAttribute('aria-pressed')).toBe('true');
    expect(await texts()).toEqual(before);
    expect(complaints).toEqual([]);
    await close();
  });

  test('says of one sentence what it guesses at', async () => {
    const { page, settled, describe, close } = await lab.open({
      model,
      text: 'WHERE IS THE **cat**? It is here.',
    });
    await settled();
    const caution = page.locator('.caution');
    expect(await caution.innerText()).toContain('It never saw markup or code, like “**cat**?”');
    expect((await describe()).markdown).toContain('never saw markup');
    await page.getByRole('button', { name: 'The next sentence' }).click();
    await expect.poll(() => caution.count()).toBe(0);
    await close();
  });

  test('shows its tokens in whole words, and in pieces when they are asked for', async () => {
    const words = (await open.describe()).tokens;
    await open.page.getByText('Whole words').click();
    await expect
      .poll(async () => (await open.describe()).tokens.length)
      .toBeGreaterThan(words.length);
    await open.page.getByText('Whole words').click();
    await expect.poll(async () => (await open.describe()).tokens).toEqual(words);
    expect(words.filter(word => word.startsWith('·'))).toEqual([]);
  });

  test('searches with as many beams as are chosen', async () => {
    const { page, settled, calls, close } = await lab.open({ model, text });
    await settled();
    await page.getByLabel('Beams').selectOption('1');
    await expect.poll(() => calls('setBeams')).toEqual([{ beams: 1 }]);
    const ran = (await calls('analysed')).length;
    await expect.poll(async () => (await calls('analysed')).length).toBeGreaterThan(ran - 1);
    await settled();
    expect(await page.getByLabel('Beams').inputValue()).toBe('1');
    await close();
  });
});

describe('a text of several sentences', () => {
  const others = ['test/fixtures/tiny-seq2seq-lstm', 'test/fixtures/tiny-seq2seq-attention'];
  const sentences = ['The cat sat.', 'It was\ntired.', 'The dog ran.', 'I saw it.', 'It is here.'];
  const paragraph = `${sentences.slice(0, 3).join(' ')}\n\n${sentences.slice(3).join(' ')}`;
  let several: OpenPage;
  beforeAll(async () => {
    several = await lab.open({ model, others, text: paragraph, width: 700 });
    await several.settled();
  });
  afterAll(async () => {
    expect(several.complaints).toEqual([]);
    await several.close();
  });
  const looked = async () =>
    (await several.page.locator('.sentence').first().locator('.token').allInnerTexts()).join(' ');
  const shownSentence = () => several.page.locator('.sentence-chooser').innerText();
  const next = () => several.page.getByRole('button', { name: 'The next sentence' }).click();

  test('is translated sentence by sentence, and the picture is of the first', async () => {
    await expect.poll(looked).toBe('The cat sat . </s>');
    await expect.poll(shownSentence).toContain('Sentence 1 of 5');
    await expect.poll(shownSentence).not.toContain('translated');
    expect((await several.describe()).dropped).toBe(0);
  });

  test('has the sentence before and the next one, with their places in the document', async () => {
    await next();
    await expect.poll(looked).toBe('It was tired . </s>');
    await several.page.locator('.token', { hasText: 'tired' }).click({ modifiers: ['Control'] });
    const at = paragraph.indexOf('tired');
    await expect
      .poll(async () => (await several.calls('reveal')).at(-1))
      .toEqual({ segment: 0, start: at, end: at + 5 });
    await several.page.getByRole('button', { name: 'The sentence before' }).click();
    await expect.poll(looked).toBe('The cat sat . </s>');
  });

  test('shows the sentence at which the document points, and lights the one under the pointer', async () => {
    const at = paragraph.indexOf('dog');
    await several.page.evaluate(
      start => window.fakeHost.page.pointAt({ range: { segment: 0, start, end: start } }),
      at,
    );
    await expect.poll(looked).toBe('The dog ran . </s>');
    await several.page.locator('.part.current').hover();
    const start = paragraph.indexOf('The dog');
    await expect
      .poll(async () => (await several.calls('highlight')).at(-1))
      .toEqual({ ranges: [{ segment: 0, start, end: start + 12, strength: 0.5 }] });
    await several.page.mouse.move(1, 1);
  });

  test('lists all sentences by all translators when asked, and takes one by a click', async () => {
    await several.page.getByRole('button', { name: 'All sentences, all translators' }).click();
    const rows = several.page.locator('.all-sentences li');
    expect(await rows.locator('> p').allInnerTexts()).toEqual(
      sentences.map(one => one.replace('\n', ' ')),
    );
    await expect
      .poll(async () => (await rows.locator('dd').allInnerTexts()).filter(one => one === '…'))
      .toEqual([]);
    expect(await rows.locator('dd').count()).toBe(15);
    await rows.nth(4).click();
    await expect.poll(looked).toBe('It is here . </s>');
    const { markdown } = await several.describe();
    for (const sentence of sentences) {
      expect(markdown).toContain(sentence.replace('\n', ' '));
    }
    await several.page.getByRole('button', { name: 'Fold the sentences' }).click();
    expect(await rows.count()).toBe(0);
  });

  test.each([320, 700, 1500])(
    'leaves all of its newest translation on the screen at %d pixels',
    async width => {
      await several.page.setViewportSize({ width, height: 760 });
      const box = await several.page.locator('.translation.newest p').boundingBox();
      expect(box?.y).toBeGreaterThan(0);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(760);
      const isWhole = await several.page
        .locator('.translation.newest p')
        .evaluate(one => one.scrollHeight <= one.clientHeight + 1);
      expect(isWhole).toBe(true);
    },
  );
});

describe('a row that is set by hand', () => {
  test('has the model of 2015 write on from there, and can be taken back', async () => {
    const { page, settled, describe, complaints, close } = await lab.open({
      ...{ model: 'test/fixtures/tiny-seq2seq-attention', text },
    });
    const own = (await settled()).tokens;
    const row = async (index: number) => (await describe()).matrix?.[index] ?? [];
    const keys = await page.locator('.sentence').first().locator('.token').allInnerTexts();
    const key = keys.indexOf('cat');
    await page.getByLabel('The word it looks at').selectOption({ index: key });
    await page.getByRole('button', { name: 'Write on' }).click();
    await page.locator('.given').waitFor();
    await expect.poll(() => row(0)).toEqual(keys.map((_, index) => (index === key ? 1 : 0)));
    expect(await page.locator('.given').innerText()).toContain('By itself it wrote');
    await page.getByRole('button', { name: 'Take the row back' }).click();
    await expect.poll(async () => page.locator('.given').count()).toBe(0);
    expect((await settled()).tokens).toEqual(own);
    expect((await row(0))[key]).toBeLessThan(1);
    expect(complaints).toEqual([]);
    await close();
  });

  test('is offered by no other model', async () => {
    expect(await open.page.locator('.overwrite').count()).toBe(0);
  });
});

test('two texts are read one after the other by a model that writes on', async () => {
  const pair = await lab.open({
    ...{ model: 'test/fixtures/tiny-gpt2', text: ['The cat sat.', 'It slept.'] },
  });
  const { tokens, error, markdown } = await pair.settled();
  expect(error).toBeUndefined();
  expect(tokens.join('')).toMatch(/sat.*↵.*It.*slept/u);
  expect(await pair.page.locator('.sentence-name').allInnerTexts()).toEqual(['A', 'B']);
  expect(markdown).toContain('It slept.');
  await pair.page.locator('.sentence').nth(1).locator('.token').first().hover();
  const query = async () => {
    const { ranges } = (await pair.calls('highlight')).at(-1) as { ranges: LitRange[] };
    return ranges.find(({ isQuery }) => isQuery);
  };
  await expect.poll(query).toMatchObject({ segment: 1, start: 0, strength: 1 });
  await pair.close();
});
