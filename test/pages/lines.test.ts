import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenPage, PageLab } from './pageLab';

const text = 'The cat sat on the mat because it was tired.';

let lab: PageLab;
let open: OpenPage;

beforeAll(async () => {
  lab = await PageLab.start({ isWarm: true });
  open = await lab.open({ text, width: 1200 });
  await open.settled();
  await open.page.getByRole('radio', { name: 'Lines' }).click();
});
afterAll(async () => {
  expect(open.complaints).toEqual([]);
  await lab.stop();
});

const head = (layer: number, index: number) =>
  open.page.locator(`.thumbnail[data-layer="${layer}"][data-head="${index}"]`);

/** How many pixels of the lines, or of what is lit, have a colour. */
const pixels = (canvas: number, [red, green, blue]: readonly [number, number, number]) =>
  open.page.evaluate(
    ([index, r, g, b]) => {
      const element = document.querySelectorAll<HTMLCanvasElement>('.picture canvas')[index ?? 0];
      const data = element
        ?.getContext('2d')
        ?.getImageData(0, 0, element.width, element.height).data;
      let found = 0;
      for (let at = 0; at < (data?.length ?? 0); at += 4) {
        const near = (channel: number, value = 0) =>
          Math.abs((data?.[at + channel] ?? 0) - value) < 6;
        // Translucent lines keep their hue: colours of a canvas are not mixed with what is under it.
        found += (data?.[at + 3] ?? 0) > 60 && near(0, r) && near(1, g) && near(2, b) ? 1 : 0;
      }
      return found;
    },
    [canvas, red, green, blue],
  );

test('of several heads each has its colour, its dash and its name', async () => {
  await head(1, 3).click({ modifiers: ['Shift'] });
  if ((await open.describe()).heads.length === 0) {
    await head(1, 3).click();
  }
  await head(1, 3).click();
  await head(3, 1).click({ modifiers: ['Shift'] });
  await open.page.mouse.move(1, 1);
  expect((await open.describe()).heads).toEqual([
    { layer: 1, head: 3 },
    { layer: 3, head: 1 },
  ]);
  expect(await open.page.locator('.head-legend li').allInnerTexts()).toEqual(['L2·H4', 'L4·H2']);
  expect(
    await open.page
      .locator('.head-legend line')
      .evaluateAll(lines => lines.map(line => line.getAttribute('stroke-dasharray'))),
  ).toEqual(['', '6 3']);
  expect(await pixels(0, [0x59, 0xa4, 0xf9])).toBeGreaterThan(20);
  expect(await pixels(0, [234, 92, 0])).toBeGreaterThan(20);
});

test('what each head gives to each key stands as squares beside the keys of the lit token', async () => {
  expect(await pixels(2, [0x59, 0xa4, 0xf9])).toBe(0);
  await open.page.locator('.token', { hasText: 'it' }).first().hover();
  expect(await pixels(2, [234, 92, 0])).toBeGreaterThan(20);
  await open.page.mouse.move(1, 1);
});

test('a threshold leaves weights out, and is kept', async () => {
  const slider = open.page.locator('.threshold input');
  expect(await slider.inputValue()).toBe('2');
  const before = await pixels(0, [0x59, 0xa4, 0xf9]);
  await slider.fill('50');
  expect(await open.page.locator('.threshold').innerText()).toMatch(/under 50\.0.% are not drawn/u);
  const after = await pixels(0, [0x59, 0xa4, 0xf9]);
  expect(after).toBeLessThan(before);
  expect(after).toBeGreaterThan(0);
  const saved = await open.page.evaluate(() => window.fakeHost.savedState);
  expect(saved).toMatchObject({ minShare: 0.5 });
});

test('of a long text only strong lines are drawn, where nobody has said otherwise', async () => {
  const long = await lab.open({
    text: Array.from({ length: 40 }, () => text).join(' '),
    savedState: { view: 'lines' },
  });
  await long.settled();
  expect(await long.page.locator('.threshold').innerText()).toMatch(/under 1\d\.0.%/u);
  expect(long.complaints).toEqual([]);
  await long.close();
});
