import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PageLab, subjectOf, type OpenOptions, type OpenPage } from './pageLab';

const text = 'The cat sat on the mat because it was tired.';
const longWords = 'They call it internationalization, not antidisestablishmentarianism.';

let lab: PageLab;
let open: OpenPage | undefined;

beforeAll(async () => {
  lab = await PageLab.start({ isWarm: true });
});
afterAll(() => lab.stop());
afterEach(async () => {
  expect(open?.complaints).toEqual([]);
  await open?.close();
  open = undefined;
});

async function start(options: OpenOptions): Promise<OpenPage> {
  open = await lab.open(options);
  await open.settled();
  return open;
}

/** Of what is said of the picture, what is cut off or outside the page. */
const cutOff = ({ page }: OpenPage) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.words, .words p, .words p > *, .words bdi')].flatMap(one => {
      const { left, right, height } = one.getBoundingClientRect();
      const isCut = one.clientWidth > 0 && one.scrollWidth > one.clientWidth;
      const isOutside = left < 0 || right > document.documentElement.clientWidth + 0.5;
      return isCut || isOutside || height === 0 ? [one.outerHTML.slice(0, 120)] : [];
    }),
  );

describe('the line of words', () => {
  // Where the grid stands beside the picture there is the least room for words.
  const widths = [320, 400, 480, 574, 596, 646, 671, 696, 721, 771, 1000, 1200];

  test('is whole at any width, its number first', async () => {
    const one = await start({ text: longWords });
    const { page } = one;
    await page.getByText('Whole words').click();
    for (const width of widths) {
      await page.setViewportSize({ width, height: 760 });
      await page.locator('.token', { hasText: 'international' }).hover();
      await expect.poll(() => page.locator('.words strong').isVisible()).toBe(true);
      expect(await cutOff(one), `at ${width} px`).toEqual([]);
      await page.locator('.token', { hasText: 'antidis' }).click({ modifiers: ['Shift'] });
      expect(await cutOff(one), `of several at ${width} px`).toEqual([]);
      const texts = await page.locator('.words .link > *').allInnerTexts();
      expect(texts[0]).toMatch(/%$/);
      await page.keyboard.press('Escape');
    }
  });

  test('is whole beside a translation', async () => {
    const one = await start({ text: 'I like tea.', model: 'test/fixtures/tiny-transformer' });
    for (const width of [574, 646, 721]) {
      await one.page.setViewportSize({ width, height: 760 });
      expect(await cutOff(one), `at ${width} px`).toEqual([]);
    }
  });

  test('stays in its place when the pointer moves over short words', async () => {
    const { page } = await start({ text, width: 700 });
    const top = async () => (await page.locator('.picture-box').boundingBox())?.y;
    const before = await top();
    for (const name of ['cat', 'because', '[SEP]']) {
      await page.locator('.token', { hasText: name }).first().hover();
      expect(await top(), name).toBe(before);
    }
  });
});

describe('a word that the model does not know', () => {
  test('is [UNK] wherever it is named, beside what was written', async () => {
    const one = await start({ text: 'The 👩‍🔬 likes 図 and 👍🏽.' });
    const { page } = one;
    expect((await one.describe()).tokens.filter(token => token === '[UNK]')).toHaveLength(3);
    expect(await page.locator('.cut').innerText()).toContain(
      '3 words are unknown to this model: it reads [UNK] in their place.',
    );
    const token = page.locator('.token', { hasText: '図' });
    expect(await token.innerText()).toMatch(/^\[UNK\]\s*図$/u);
    expect(await token.getAttribute('title')).toBe('[UNK] for “図”');
    await token.hover();
    expect(await page.locator('.words .pair').innerText()).toContain('[UNK] (図)');
    const { markdown } = await one.describe();
    expect(markdown).toContain('3 words are unknown to this model');
  });

  test('is not spoken of where there is none', async () => {
    const { page } = await start({ text });
    expect(await page.locator('.cut').count()).toBe(0);
  });
});

describe('what a decoder may not look at', () => {
  test('is hatched, said, and none of the numbers', async () => {
    const one = await start({ text, model: 'test/fixtures/tiny-gpt2' });
    const { page } = one;
    const { tokens } = await one.describe();
    await page.locator('.picture').focus();
    for (const key of ['PageUp', 'Home', 'ArrowDown']) {
      await page.keyboard.press(key);
    }
    expect(await page.locator('.words .link').innerText()).toMatch(/of 2$/);
    await page.keyboard.press('End');
    const said = await page.locator('.words .link').innerText();
    expect(said).toContain('may not look ahead');
    expect(said).not.toContain('%');
    // Of the first two tokens, what each looks at: one, then two.
    const cells = page.locator('.unseen tbody tr');
    await expect.poll(() => cells.count()).toBe(tokens.length);
    expect(await cells.nth(0).locator('td').count()).toBe(1);
    expect(await cells.nth(1).locator('td').count()).toBe(2);
    // The last two cells of the first row: without weight they would be as plain as the background.
    const colors = await page.evaluate(count => {
      const canvas = document.querySelector<HTMLCanvasElement>('.picture canvas');
      const context = canvas?.getContext('2d');
      const legend = document.querySelector<HTMLElement>('.legend');
      const left = Math.round(parseFloat(legend?.style.paddingLeft ?? '0'));
      if (!canvas || !context) {
        return 0;
      }
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const isDrawn = (x: number, y: number) => data[4 * (y * canvas.width + x) + 3] !== 0;
      let foot = canvas.height - 1;
      while (foot > 0 && !isDrawn(left + 4, foot)) {
        foot--;
      }
      let right = left + 4;
      while (right < canvas.width && isDrawn(right, foot - 3)) {
        right++;
      }
      const size = right - left;
      const cell = size / count;
      const box = [right - 2 * cell + 2, foot - size + 3, 2 * cell - 6, cell - 6] as const;
      return new Set(new Uint32Array(context.getImageData(...box).data.buffer)).size;
    }, tokens.length);
    expect(colors).toBeGreaterThan(1);
  });
});

test('the most telling head is what is shown of a model that has not the heads chosen before', async () => {
  const one = await start({
    text,
    model: 'test/fixtures/tiny-transformer',
    savedState: { heads: [{ layer: 4, head: 9 }] },
  });
  const { page } = one;
  expect(await page.locator('.summary').innerText()).toContain('Most telling of');
  // The grid can be reached with the keyboard.
  expect(await page.locator('[role=grid] [tabindex="0"]').count()).toBe(1);
});

test('what was said of another text is not left for a screen reader', async () => {
  const one = await start({ text });
  const { page } = one;
  await page.locator('.picture').focus();
  await page.keyboard.press('PageUp');
  const voice = page.locator('[role=status].unseen');
  await expect.poll(() => voice.innerText()).toMatch(/^Of all attention of/);
  await page.evaluate(
    subject => {
      (document.activeElement as HTMLElement).blur();
      void window.fakeHost.page.show({ subject });
    },
    subjectOf({ text: 'Another one.' }),
  );
  await expect.poll(async () => (await one.describe()).tokens).toContain('another');
  await expect.poll(() => voice.innerText()).toBe('');
});

test('the list of what a token looks at has its bars in the middle, and counts what it leaves out', async () => {
  const { page } = await start({ text, width: 1500 });
  await page.locator('.token', { hasText: 'it' }).first().hover();
  const row = page.locator('.links li').first();
  const { data, width, height } = PNG.sync.read(await row.screenshot());
  // Through the bar of the strongest, which is as long as there is room: where the accent begins and ends.
  const [x, isBlue] = [Math.round(width / 2), (at: number) => (data[at + 2] ?? 0) > 200];
  const painted = Array.from({ length: height }, (_, y) => y).filter(y =>
    isBlue(4 * (y * width + x)),
  );
  expect(painted.length).toBeGreaterThan(4);
  const middle = ((painted[0] ?? 0) + (painted.at(-1) ?? 0) + 1) / 2;
  expect(Math.abs(middle - height / 2)).toBeLessThanOrEqual(1);
  expect(await page.locator('.links .more').innerText()).toMatch(/^3 more, together \d/);
});

test('the list leaves out no single token: to say so takes as much room', async () => {
  const { page } = await start({ text: 'The cat sat on the mat with it.', width: 1500 });
  expect(await page.getByRole('region', { name: 'Strongest' }).getByRole('listitem').count()).toBe(
    11,
  );
  expect(await page.locator('.links .more').count()).toBe(0);
});

test.each([700, 770, 900, 1100])(
  'at %i pixels the list beside a small picture has its room, or is not there',
  async width => {
    const { page } = await start({ text: '!!!', width });
    for (const list of await page.locator('.links').all()) {
      const box = await list.boundingBox();
      expect(box?.width).toBeGreaterThanOrEqual(208);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    const note = await page.locator('.legend .quiet').boundingBox();
    expect(note?.width).toBeGreaterThan(120);
  },
);
