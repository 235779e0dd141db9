import { percent } from '../../src/common/text/percent';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PageLab, type OpenPage } from './pageLab';

const text = 'The cat sat on the mat because it was tired, unbelievably.';

/** Of this text layer 2, head 4: it looks from the pronoun to what it stands for. */
const tellingHead = { layer: 1, head: 3 };

let lab: PageLab;
let open: OpenPage;

beforeAll(async () => {
  lab = await PageLab.start();
  open = await lab.open({ text });
  await open.settled();
});
afterAll(async () => {
  expect(open.complaints).toEqual([]);
  await lab.stop();
});

declare global {
  interface Window {
    /** Every image that was put onto a canvas, in order, and whether the browser had nothing else to do. */
    drawings: { readonly canvas: HTMLCanvasElement; readonly isIdle: boolean }[];
  }
}

function recordDrawings(): void {
  window.drawings = [];
  let isIdle = false;
  const { requestIdleCallback } = window;
  window.requestIdleCallback = (callback, options) =>
    requestIdleCallback(deadline => {
      isIdle = true;
      callback(deadline);
      isIdle = false;
    }, options);
  const draw = Reflect.get(CanvasRenderingContext2D.prototype, 'drawImage') as Draw;
  CanvasRenderingContext2D.prototype.drawImage = function (...all: unknown[]) {
    window.drawings.push({ canvas: this.canvas, isIdle });
    draw.apply(this, all);
  };
}

type Draw = (this: CanvasRenderingContext2D, ...all: unknown[]) => void;

/** Every test starts from all heads, all tokens, nothing locked, the pointer nowhere. */
beforeEach(async () => {
  await open.page.mouse.move(1, 1);
  await open.page.evaluate(
    () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
  );
  const { page } = open;
  if ((await open.describe()).heads.length !== 72) {
    await page.getByRole('button', { name: 'Average of all' }).click();
  }
  await page.mouse.move(1, 1);
});

const head = (layer: number, index: number) =>
  open.page.locator(`.thumbnail[data-layer="${layer}"][data-head="${index}"]`);
const token = (name: string) => open.page.locator('.token', { hasText: name }).first();
/** What the page last asked of the extension host by that method. */
const last = async (method: string) => (await open.calls(method)).at(-1);
const words = () => open.page.locator('.words .link').innerText();

describe('the first picture', () => {
  test('shows the average of all heads of the real model, rows summing to 1', async () => {
    const { tokens, heads, matrix, device, paintMs } = await open.describe();
    expect(tokens.slice(0, 4)).toEqual(['[CLS]', 'the', 'cat', 'sat']);
    expect(heads).toHaveLength(72);
    expect(device?.device).toBe('wasm');
    expect(paintMs).toBeGreaterThan(0);
    expect(matrix).toHaveLength(tokens.length);
    for (const row of matrix ?? []) {
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    }
  });

  test('has the strongest link between words in the accent colour; special tokens are grey', async () => {
    const { matrix = [], tokens } = await open.describe();
    const isWord = (index: number) => !/^\[(?:CLS|SEP)\]$/u.test(tokens[index] ?? '');
    const largest = Math.max(
      ...matrix.flatMap((row, query) => row.filter((_, key) => isWord(query) && isWord(key))),
    );
    const { accents, hues } = await open.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.picture canvas');
      const image = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
      const box = canvas?.getBoundingClientRect();
      const left = parseFloat(
        document.querySelector<HTMLElement>('.legend')?.style.paddingLeft ?? '',
      );
      const found: { x: number; y: number }[] = [];
      const firstColumn = new Set<boolean>();
      for (let at = 0; at < (image?.data.length ?? 0); at += 4) {
        const [red = 0, green = 0, blue = 0] = image?.data.slice(at, at + 3) ?? [];
        const [x, y] = [(at / 4) % (image?.width ?? 1), Math.floor(at / 4 / (image?.width ?? 1))];
        if (red === 0x59 && green === 0xa4 && blue === 0xf9) {
          found.push({ x: x + (box?.left ?? 0), y: y + (box?.top ?? 0) });
        }
        if (x === Math.round(left) + 3 && red + green + blue > 0) {
          firstColumn.add(Math.abs(red - blue) > 12);
        }
      }
      return { accents: found, hues: [...firstColumn] };
    });
    const middle = accents[Math.floor(accents.length / 2)];
    await open.page.mouse.move(middle?.x ?? 0, middle?.y ?? 0);
    expect(await words()).toContain(percent(largest));
    // All attention to [CLS] is much more than that, and is not on the scale.
    expect(Math.max(...matrix.map(([first = 0]) => first))).toBeGreaterThan(largest);
    expect(hues).toEqual([false]);
  });

  test('is there before the thumbnails, which come while the browser is idle', async () => {
    const other = await lab.open({ text, prologue: recordDrawings });
    const drawings = () =>
      other.page.evaluate(() =>
        window.drawings.flatMap(({ canvas, isIdle }) => {
          const place = canvas.closest('.thumbnails, .picture')?.className ?? '';
          const where = /thumbnails|picture/.exec(place)?.[0];
          return where === undefined ? [] : [{ where, isIdle }];
        }),
      );
    const thumbnails = async () => (await drawings()).filter(({ where }) => where === 'thumbnails');
    await expect.poll(async () => (await thumbnails()).length).toBeGreaterThanOrEqual(72);
    expect((await drawings())[0]).toEqual({ where: 'picture', isIdle: false });
    expect((await thumbnails()).every(({ isIdle }) => isIdle)).toBe(true);
    const isDrawn = await other.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.thumbnails canvas');
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      // The last thumbnail, at the bottom right.
      return data !== undefined && data[data.length - 1] === 255;
    });
    expect(isDrawn).toBe(true);
    expect(other.complaints).toEqual([]);
    await other.close();
  });
});

describe('the navigator', () => {
  test('previews a head under the pointer and takes it back', async () => {
    const before = await open.describe();
    await head(2, 5).hover();
    const preview = await open.describe();
    expect(preview.heads).toEqual([{ layer: 2, head: 5 }]);
    expect(preview.matrix).not.toEqual(before.matrix);
    expect(await open.page.locator('.heads-shown').innerText()).toBe('Layer 3, head 6.');
    await open.page.mouse.move(1, 1);
    expect((await open.describe()).matrix).toEqual(before.matrix);
  });

  test('keeps a clicked head, adds with shift, restores with a second click', async () => {
    await head(2, 5).click();
    await open.page.mouse.move(1, 1);
    expect((await open.describe()).heads).toEqual([{ layer: 2, head: 5 }]);
    await head(0, 1).click({ modifiers: ['Shift'] });
    await open.page.mouse.move(1, 1);
    const both = await open.describe();
    expect(both.heads).toHaveLength(2);
    await head(0, 1).click({ modifiers: ['Shift'] });
    await head(2, 5).click();
    await open.page.mouse.move(1, 1);
    expect((await open.describe()).heads).toEqual([tellingHead]);
  });

  test('averages exactly the heads that are added', async () => {
    await head(2, 5).click();
    await open.page.mouse.move(1, 1);
    const first = (await open.describe()).matrix ?? [];
    await head(2, 5).click();
    await head(0, 1).click();
    await open.page.mouse.move(1, 1);
    const second = (await open.describe()).matrix ?? [];
    await head(2, 5).click({ modifiers: ['Shift'] });
    await open.page.mouse.move(1, 1);
    const mean = (await open.describe()).matrix ?? [];
    mean.forEach((row, query) =>
      row.forEach((weight, key) =>
        expect(weight).toBeCloseTo(
          ((first[query]?.[key] ?? 0) + (second[query]?.[key] ?? 0)) / 2,
          6,
        ),
      ),
    );
  });

  test('takes a whole layer or a whole column by its title', async () => {
    await open.page.getByRole('rowheader', { name: 'Layer 4' }).click();
    await open.page.mouse.move(1, 1);
    expect((await open.describe()).heads).toEqual(
      Array.from({ length: 12 }, (_, index) => ({ layer: 3, head: index })),
    );
    await open.page.getByRole('columnheader', { name: 'Head 7' }).click();
    await open.page.mouse.move(1, 1);
    expect((await open.describe()).heads).toEqual(
      Array.from({ length: 6 }, (_, layer) => ({ layer, head: 6 })),
    );
  });

  test('is one stop of the tab key; arrows move, space keeps, escape restores', async () => {
    const { page } = open;
    expect(await page.locator('[role=grid] [tabindex="0"]').count()).toBe(1);
    await page.locator('[role=grid] [tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect((await open.describe()).heads).toEqual([{ layer: 1, head: 1 }]);
    await page.keyboard.press('Space');
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+Space');
    expect((await open.describe()).heads).toEqual([
      { layer: 1, head: 1 },
      { layer: 1, head: 11 },
    ]);
    await page.keyboard.press('ArrowLeft');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Layer 2, head 11',
    );
    await page.keyboard.press('Escape');
    await page.evaluate(
      () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
    );
    expect((await open.describe()).heads).toEqual([tellingHead]);
  });
});

describe('the text', () => {
  test('lights a token in the document, with what it looks at', async () => {
    const at = text.indexOf('it was');
    await token('it').hover();
    const lit = async () =>
      ((await last('highlight')) as { ranges: { strength: number }[] } | undefined)?.ranges ?? [];
    const it = { segment: 0, start: at, end: at + 2 };
    await expect.poll(lit).toContainEqual({ ...it, strength: 1, isQuery: true });
    const ranges = await lit();
    expect(ranges.length).toBeGreaterThan(2);
    expect(Math.max(...ranges.map(({ strength }) => strength))).toBe(1);
    await open.page.mouse.move(1, 1);
    await expect.poll(() => last('highlight')).toEqual({ ranges: [] });
  });

  test('keeps a clicked token, adds with shift, restores with a second click', async () => {
    await token('it').click();
    await open.page.mouse.move(1, 1);
    expect(await words()).toMatch(/%\s+it\s/);
    await token('was').click({ modifiers: ['Shift'] });
    await open.page.mouse.move(1, 1);
    expect(await words()).toMatch(/%\s+it, was/);
    await token('was').click({ modifiers: ['Shift'] });
    await token('it').click();
    await open.page.mouse.move(1, 1);
    expect(await words()).toContain('Strongest');
  });

  test('keeps lit in the document the tokens that are kept, until they are let go', async () => {
    const lit = async () => {
      const { ranges } = (await last('highlight')) as { ranges: { isQuery?: boolean }[] };
      return ranges.filter(({ isQuery }) => isQuery).length;
    };
    await token('it').click();
    await token('was').click({ modifiers: ['Shift'] });
    await open.page.mouse.move(1, 1);
    await open.timePasses(200);
    expect(await lit()).toBe(2);
    await open.page.keyboard.press('Escape');
    await expect.poll(() => last('highlight')).toEqual({ ranges: [] });
  });

  test('shows a token in the editor with enter or a modifier', async () => {
    await token('cat').click({ modifiers: ['Control'] });
    await expect.poll(() => last('reveal')).toEqual({ segment: 0, start: 4, end: 7 });
    await token('mat').focus();
    await open.page.keyboard.press('Enter');
    await expect.poll(() => last('reveal')).toEqual({ segment: 0, start: 19, end: 22 });
  });

  test('is one stop of the tab key; arrows move through it', async () => {
    await token('the').focus();
    await open.page.keyboard.press('ArrowRight');
    expect(await words()).toMatch(/%\s+cat/);
    await open.page.keyboard.press('End');
    expect(await words()).toMatch(/%\s+\[SEP\]/);
  });
});

test('escape lets everything go, wherever the focus is', async () => {
  const { page } = open;
  const kept = async () => (await page.locator('.token.locked').count()) > 0;
  await head(2, 5).click();
  await token('it').click();
  await token('was').click({ modifiers: ['Shift'] });
  await page.mouse.move(1, 1);
  expect(await kept()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await kept()).toBe(false);
  expect((await open.describe()).heads).toEqual([tellingHead]);
  // A menu that is open is closed by the key, and no more.
  await token('it').click();
  await page.getByRole('button', { name: 'Export, scale' }).click();
  await page.keyboard.press('Escape');
  expect(await kept()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await kept()).toBe(false);
});

test('a click with shift adds, and selects no text of the page', async () => {
  const { page } = open;
  const adding = { modifiers: ['Shift' as const] };
  await head(0, 1).click();
  await head(3, 4).click(adding);
  await page.getByRole('rowheader', { name: 'Layer 2' }).click(adding);
  await page.getByRole('columnheader', { name: 'Head 7' }).click(adding);
  await token('cat').click();
  await token('tired').click(adding);
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('');
  await page.keyboard.press('Escape');
});

describe('the document', () => {
  test('is no longer lit by the pointer here when its caret points', async () => {
    await token('it').hover();
    await expect.poll(() => last('highlight')).not.toEqual({ ranges: [] });
    await open.page.evaluate(() =>
      window.fakeHost.page.pointAt({ range: { segment: 0, start: 5, end: 5 } }),
    );
    expect(await words()).toMatch(/%\s+cat/);
    await expect.poll(() => last('highlight')).toEqual({ ranges: [] });
    await open.page.evaluate(() => window.fakeHost.page.pointAt({ range: undefined }));
  });

  test('lights a token here, and its light is not sent back', async () => {
    // The page tells of its light at most once in 50 ms.
    await open.timePasses(200);
    const before = (await open.calls('highlight')).length;
    await open.page.evaluate(() =>
      window.fakeHost.page.pointAt({ range: { segment: 0, start: 5, end: 5 } }),
    );
    expect(await words()).toMatch(/%\s+cat/);
    await open.timePasses(200);
    expect(await open.calls('highlight')).toHaveLength(before);
    await open.page.evaluate(() => window.fakeHost.page.pointAt({ range: undefined }));
    expect(await words()).toContain('Strongest');
  });
});

describe('the matrix', () => {
  test('says the link under the pointer, and its exact weight on hover', async () => {
    const box = await open.page.locator('.picture').boundingBox();
    await open.page.mouse.move(
      (box?.x ?? 0) + (box?.width ?? 0) / 2,
      (box?.y ?? 0) + (box?.height ?? 0) / 2,
    );
    expect(await words()).toMatch(/%[\s\S]*→[\s\S]*(st|nd|rd|th) of 1\d/);
    expect(await open.page.locator('.words .link').getAttribute('title')).toMatch(
      /^0\.\d+(e-\d+)?: Of all attention of/,
    );
  });

  test('is walked with the arrow keys, each cell said aloud', async () => {
    const { page } = open;
    await page.locator('.picture').focus();
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Home');
    expect((await words()).replace(/\s+/g, ' ')).toMatch(/% \[CLS\] → \[CLS\]/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect((await words()).replace(/\s+/g, ' ')).toMatch(/% the₁ → cat/);
    await expect
      .poll(() => page.locator('[role=status].unseen').innerText())
      .toMatch(/^Of all attention of the₁, .* goes to cat, the \d+(st|nd|rd|th) of/);
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => last('reveal')).toEqual({ segment: 0, start: 4, end: 7 });
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
  });
});

describe('the choices', () => {
  test('merge to words, hide special tokens, and say what share was hidden', async () => {
    const { page } = open;
    await page.getByText('Whole words').click();
    expect((await open.describe()).tokens).toContain('unbelievably');
    await page.getByText('Hide special tokens').click();
    const hidden = await open.describe();
    expect(hidden.tokens).not.toContain('[CLS]');
    const rowSums = (hidden.matrix ?? []).map(row => row.reduce((sum, one) => sum + one, 0));
    const share = 1 - rowSums.reduce((sum, one) => sum + one, 0) / rowSums.length;
    expect(await page.locator('.hidden-share').innerText()).toContain(
      `${(share * 100).toFixed(1)}\u00a0%`,
    );
    await page.getByText('Rescale rows').click();
    const { tokens, matrix = [] } = await open.describe();
    expect(matrix).toHaveLength(tokens.length);
    for (const row of matrix) {
      expect(row.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
    }
    await page.getByText('Rescale rows').click();
    await page.getByText('Hide special tokens').click();
    await page.getByText('Whole words').click();
    expect((await open.describe()).tokens[0]).toBe('[CLS]');
  });

  test('show the same data as lines', async () => {
    const before = await open.describe();
    await open.page.getByRole('radio', { name: 'Lines' }).click();
    const lines = await open.describe();
    expect(lines.view).toBe('lines');
    expect(lines.matrix).toEqual(before.matrix);
    await open.page.keyboard.press('ArrowLeft');
    expect((await open.describe()).view).toBe('matrix');
  });

  test('survive in the saved state, and nothing of the result does', async () => {
    await head(4, 2).click();
    const saved = await open.page.evaluate(() => JSON.stringify(window.fakeHost.savedState));
    expect(JSON.parse(saved)).toMatchObject({
      heads: [{ layer: 4, head: 2 }],
      subject: { label: 'notes.md:12' },
    });
    expect(saved).not.toContain('weights');
  });
});

describe('the menu', () => {
  test('opens with the keyboard, and escape gives the focus back', async () => {
    const { page } = open;
    await page.getByRole('button', { name: 'Export, scale' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe(
      'Open as Text',
    );
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-haspopup'))).toBe(
      'menu',
    );
  });

  test('changes the scale by way of the settings', async () => {
    const { page } = open;
    const middle = () => page.locator('.legend canvas').getAttribute('aria-label');
    expect(await middle()).toContain('square root');
    await page.getByRole('button', { name: 'Export, scale' }).click();
    await page.getByRole('menuitemradio', { name: 'Linear' }).click();
    await expect.poll(middle).toContain('linear');
    await expect.poll(() => open.calls('setScale')).toEqual([{ scale: 'linear' }]);
    await page.evaluate(() =>
      window.fakeHost.page.configure({ settings: { device: 'wasm', scale: 'sqrt', beams: 5 } }),
    );
  });

  test('copies and opens the text alternative', async () => {
    const { page } = open;
    await page.getByRole('button', { name: 'Export, scale' }).click();
    await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
    await expect.poll(() => open.calls('copy')).toHaveLength(1);
    const [copied] = (await open.calls('copy')) as { text: string }[];
    expect(copied?.text).toContain('## What each token looks at most');
    expect(copied?.text).toContain('| Layer | Head 1 |');
    await page.getByRole('button', { name: 'Export, scale' }).click();
    await page.getByRole('menuitem', { name: 'Open as Text' }).click();
    await expect.poll(() => last('openText')).toEqual({ markdown: copied?.text });
  });

  test('tells that attention is not explanation, with the papers', async () => {
    const { page } = open;
    await page.getByRole('button', { name: 'Export, scale' }).click();
    await page.getByRole('menuitem', { name: 'What Am I Looking At?' }).click();
    await page.getByRole('link', { name: /Jain & Wallace/ }).click();
    await page.getByRole('link', { name: /Wiegreffe & Pinter/ }).click();
    await expect
      .poll(() => open.calls('openLink'))
      .toEqual([
        { url: 'https://arxiv.org/abs/1902.10186' },
        { url: 'https://arxiv.org/abs/1908.04626' },
      ]);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible()).toBe(false);
    const inFocus = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(await inFocus()).toMatch(/^Export, scale/);
  });
});

test('of a model that only looks back offers to hide its first token, and no special ones', async () => {
  const other = await lab.open({ text, model: 'test/fixtures/tiny-gpt2' });
  await other.settled();
  const { page } = other;
  expect(await page.getByText('Hide special tokens').count()).toBe(0);
  const { tokens } = await other.describe();
  await page.getByText(/Hide the sink \(first token, \d/u).click();
  await expect
    .poll(async () => (await other.describe()).matrix?.[0]?.length)
    .toBe(tokens.length - 1);
  expect(await page.locator('.hidden-share').innerText()).toMatch(/% of the weight goes to/u);
  expect(other.complaints).toEqual([]);
});
