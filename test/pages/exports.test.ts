import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportFormat } from '../../src/common/protocol/pages/attention';
import { PageLab, type OpenPage } from './pageLab';

const text = 'The cat <sat> on "the" mat & =it was tired.';

let lab: PageLab;
let open: OpenPage;

beforeAll(async () => {
  lab = await PageLab.start();
  open = await lab.open({ text });
  await open.settled();
});
afterAll(() => lab.stop());

/** The file as the host gets it. */
async function exported(
  format: ExportFormat,
  isForPaper?: boolean,
): Promise<{ name: string; bytes: Buffer }> {
  const { name, content } = await open.page.evaluate(
    async request => {
      const file = await window.fakeHost.page.export(request);
      const bytes =
        typeof file.content === 'string' ? new TextEncoder().encode(file.content) : file.content;
      return { name: file.name, content: [...bytes] };
    },
    { format, isForPaper },
  );
  return { name, bytes: Buffer.from(content) };
}

/** Errors of the browser's own parser. */
const parseErrors = (source: string, type: 'image/svg+xml' | 'text/html') =>
  open.page.evaluate(
    ([one, kind]) =>
      new DOMParser().parseFromString(one, kind).querySelectorAll('parsererror').length,
    [source, type] as const,
  );

describe('an export', () => {
  test('as SVG is XML that the browser reads, with a label for each token', async () => {
    const { name, bytes } = await exported('svg');
    expect(name).toBe('attention-notes.md-12.svg');
    const svg = bytes.toString();
    expect(await parseErrors(svg, 'image/svg+xml')).toBe(0);
    expect(svg).not.toContain('--vscode');
    const { tokens } = await open.describe();
    expect(svg.match(/<text /g)?.length).toBeGreaterThanOrEqual(2 * tokens.length);
  });

  test('as PNG is the SVG at two pixels for one, and not of one colour', async () => {
    const png = PNG.sync.read((await exported('png')).bytes);
    const width = /width="(\d+)"/.exec((await exported('svg')).bytes.toString())?.[1];
    expect(png.width).toBe(2 * Number(width));
    const colors = new Set<number>();
    for (let at = 0; at < png.data.length; at += 4) {
      colors.add(png.data.readUInt32BE(at));
    }
    expect(colors.size).toBeGreaterThan(50);
  });

  test('as CSV has the weights of the picture, exactly', async () => {
    const { tokens, matrix = [] } = await open.describe();
    const lines = (await exported('csv')).bytes.toString().trimEnd().split('\r\n').slice(1);
    expect(lines).toHaveLength(tokens.length ** 2);
    expect(lines.map(line => Number(line.split(',').at(-1)))).toEqual(matrix.flat());
  });

  test('as JSON has model, text, tokens, heads and weights', async () => {
    const { tokens, matrix } = await open.describe();
    expect(JSON.parse((await exported('json')).bytes.toString())).toMatchObject({
      model: { id: 'bert' },
      segments: [{ text }],
      weights: matrix,
      queries: tokens.map(one => ({ text: one })),
    });
  });

  test('as HTML stands alone: no script, nothing loaded, a table that can be read', async () => {
    const { bytes } = await exported('html');
    const page = await open.page.context().newPage();
    const requests: string[] = [];
    page.on('request', request => requests.push(request.url()));
    await page.setContent(bytes.toString());
    expect(requests).toEqual([]);
    expect(await page.locator('script').count()).toBe(0);
    const { tokens } = await open.describe();
    expect(await page.locator('th[scope=row]').count()).toBe(tokens.length);
    expect(await page.locator('svg text').first().isVisible()).toBe(true);
    const outside = await page.evaluate(() => {
      const picture = document.querySelector('svg')?.getBoundingClientRect();
      return [...document.querySelectorAll('svg text')].flatMap(one => {
        const { left, right, bottom } = one.getBoundingClientRect();
        const isInside =
          picture && left >= picture.left && right <= picture.right && bottom <= picture.bottom;
        return isInside ? [] : [one.textContent];
      });
    });
    expect(outside).toEqual([]);
    expect(await page.locator('svg').textContent()).toContain('layer 2, head 4');
    await page.close();
  });

  test('goes to the host when it is chosen in the menu', async () => {
    await open.page.getByRole('button', { name: 'Export, scale' }).click();
    await open.page.getByRole('menuitem', { name: 'CSV Table' }).click();
    await expect.poll(() => open.calls('save')).toHaveLength(1);
    expect((await open.calls('save'))[0]).toMatchObject({ name: 'attention-notes.md-12.csv' });
  });

  test('is of what is shown: chosen head, words, hidden tokens, lines', async () => {
    const { page } = open;
    await page.locator('.thumbnail[data-layer="1"][data-head="1"]').click();
    await page.getByText('Hide special tokens').click();
    await page.getByRole('radio', { name: 'Lines' }).click();
    await page.mouse.move(1, 1);
    const json: unknown = JSON.parse((await exported('json')).bytes.toString());
    expect(json).toMatchObject({ heads: [{ layer: 2, head: 2 }], rescaled: false });
    const svg = (await exported('svg')).bytes.toString();
    expect(svg).toContain('stroke-opacity');
    expect(await parseErrors(svg, 'image/svg+xml')).toBe(0);
  });
});

/** Opens an exported page as a user does, from the disk, where nothing can be fetched. */
async function openFile(bytes: Buffer, colorScheme: 'light' | 'dark'): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), 'exported-'));
  const path = join(folder, 'page.html');
  await writeFile(path, bytes);
  const page = await open.page.context().newPage();
  await page.emulateMedia({ colorScheme });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', request => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) {
      complaints.push(request.url());
    }
  });
  await page.goto(pathToFileURL(path).href);
  await page.locator('.picture canvas').first().waitFor();
  return page;
}

const complaints: string[] = [];

describe('the interactive page', () => {
  /** The weights of a head on the page of attention. */
  async function weightsOf(layer: number, head: number): Promise<readonly (readonly number[])[]> {
    await open.page.locator(`.thumbnail[data-layer="${layer}"][data-head="${head}"]`).click();
    await open.page.mouse.move(1, 1);
    return (await open.describe()).matrix ?? [];
  }

  test('shows every head that is pointed at, keeps the one that is clicked, and has its numbers', async () => {
    await open.close();
    open = await lab.open({ text });
    await open.settled();
    const matrix = await weightsOf(1, 3);
    const { name, bytes } = await exported('interactive');
    expect(name).toBe('attention-notes.md-12-heads.html');
    const file = bytes.toString();
    expect(file).not.toMatch(/(src|href)=["']|url\(["']?http|file:\/\//);
    const page = await openFile(bytes, 'light');
    const words = () => page.locator('.words').innerText();
    await expect.poll(words).toContain('layer 2, head 4');
    expect(await page.locator('.thumbnail').count()).toBe(72);
    // Pointing at another shows it, and leaving gives the chosen one back.
    await page.getByRole('button', { name: 'Layer 3, head 1', exact: true }).hover();
    await expect.poll(words).toContain('layer 3, head 1');
    await page.mouse.move(2, 2);
    await expect.poll(words).toContain('layer 2, head 4');
    // A token looks at what it looks at on the page of attention.
    const { tokens } = await open.describe();
    const row = tokens.indexOf('it');
    await page.locator('.token', { hasText: /^it$/ }).click();
    await page.mouse.move(2, 2);
    const list = await page.locator('.links li').allInnerTexts();
    const sorted = tokens
      .map((token, key) => ({ token, weight: matrix[row]?.[key] ?? NaN }))
      .sort((a, b) => b.weight - a.weight);
    expect(list.length).toBe(Math.min(16, tokens.length));
    list.forEach((line, index) => {
      const share = Number.parseFloat(/([\d.]+)\s%/.exec(line)?.[1] ?? 'NaN');
      expect(Math.abs(share - 100 * sorted[index]!.weight)).toBeLessThan(0.06);
    });
    expect(list[0]).toContain(sorted[0]?.token);
    // And by keys.
    await page.locator('.picture').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(words).not.toContain('it →');
    await page.getByRole('button', { name: 'Average of all' }).click();
    await page.mouse.move(2, 2);
    await expect.poll(words).toContain('average of all 72 heads');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('is light or dark as its viewer prefers, and white where it is for paper', async () => {
    const background = (page: Page) =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const { bytes } = await exported('interactive');
    const dark = await openFile(bytes, 'dark');
    expect(await background(dark)).toBe('rgb(31, 31, 31)');
    await dark.emulateMedia({ colorScheme: 'light' });
    expect(await background(dark)).toBe('rgb(255, 255, 255)');
    await dark.close();
    const paper = await openFile((await exported('interactive', true)).bytes, 'dark');
    expect(await background(paper)).toBe('rgb(255, 255, 255)');
    await paper.close();
    expect(complaints).toEqual([]);
  });

  test('has every kind of attention of a translator', async () => {
    const other = await lab.open({ text: 'The cat sat.', model: 'test/fixtures/tiny-transformer' });
    await other.settled();
    const { content } = await other.page.evaluate(() =>
      window.fakeHost.page.export({ format: 'interactive' }),
    );
    const page = await openFile(Buffer.from(String(content)), 'light');
    const label = () => page.locator('.picture').getAttribute('aria-label');
    const across = await label();
    await page.getByRole('radio', { name: 'Encoder' }).click();
    await expect.poll(label).not.toBe(across);
    expect(complaints).toEqual([]);
    await page.close();
    await other.close();
  });
});

describe('on white, for paper', () => {
  test.each(['svg', 'html'] as const)('%s has a white background and dark text', async format => {
    const onTheme = (await exported(format)).bytes.toString();
    const onWhite = (await exported(format, true)).bytes.toString();
    expect(onTheme).toContain('fill="#1f1f1f"');
    expect(onWhite).toContain('<rect width="100%" height="100%" fill="#ffffff"/>');
    expect(onWhite).not.toContain('#1f1f1f"/>');
  });

  test('PNG has it too, once it is chosen in the menu', async () => {
    await open.page.getByRole('button', { name: 'Export, scale' }).click();
    await open.page.getByRole('menuitemradio', { name: 'White, for Paper' }).click();
    const png = PNG.sync.read((await exported('png')).bytes);
    expect([...png.data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });
});

test('all heads as JSON and NPZ are those of the run, and name no path', async () => {
  const heads = await exported('heads');
  expect(heads.name).toBe('attention-notes.md-12-heads.json');
  const json = JSON.parse(heads.bytes.toString()) as {
    countedFrom: number;
    attentions: { shape: number[]; weights: number[][][][] }[];
  };
  expect(json.countedFrom).toBe(1);
  const { matrix, heads: shown } = await open.describe();
  const [only] = shown;
  if (shown.length === 1 && only) {
    expect(json.attentions[0]?.weights[only.layer]?.[only.head]).toEqual(matrix);
  }
  expect(json.attentions[0]?.shape.slice(0, 2)).toEqual([6, 12]);
  const npz = await exported('npz');
  expect(npz.name).toBe('attention-notes.md-12-heads.npz');
  expect(npz.bytes.subarray(0, 2).toString()).toBe('PK');
  for (const { bytes } of [heads, npz]) {
    expect(bytes.toString('latin1')).not.toContain('file://');
  }
});
