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
async function exported(format: ExportFormat): Promise<{ name: string; bytes: Buffer }> {
  const { name, content } = await open.page.evaluate(async one => {
    const file = await window.fakeHost.page.export({ format: one });
    const bytes =
      typeof file.content === 'string' ? new TextEncoder().encode(file.content) : file.content;
    return { name: file.name, content: [...bytes] };
  }, format);
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
