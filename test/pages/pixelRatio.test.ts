import { afterAll, beforeAll, expect, test } from 'vitest';
import { PageLab, type OpenOptions } from './pageLab';

const text = 'The cat sat on the mat.';

let lab: PageLab;
beforeAll(async () => {
  lab = await PageLab.start({ isWarm: true });
});
afterAll(() => lab.stop());

const tiny = (name: string) => `test/fixtures/tiny-${name}`;

/** Every page that draws on canvases. */
const pages: readonly (readonly [name: string, options: OpenOptions])[] = [
  ['attention, as a matrix', { text, model: tiny('bert') }],
  ['attention, as lines', { text, model: tiny('bert'), savedState: { view: 'lines' } }],
  [
    'a stage',
    { text, name: 'stage', stage: 'transformer', model: tiny('transformer'), height: 4000 },
  ],
];

test.each(pages)(
  '%s is sharp again after the pixels of the screen have changed',
  async (_, options) => {
    const { page, stage, settled, close, complaints } = await lab.open(options);
    const canvases = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('canvas')]
          .filter(({ clientWidth }) => clientWidth > 0)
          .map(canvas => canvas.width / canvas.clientWidth),
      );
    const isDone = async () => {
      if (options.name !== 'stage') {
        return (await settled()).state === 'ready';
      }
      const { parts } = await stage();
      return parts.length > 0 && parts.every(({ state }) => state !== 'running');
    };
    await expect.poll(async () => (await isDone()) && (await canvases()).length).toBeGreaterThan(1);
    const { length } = await canvases();
    const sharp = async (ratio: number) => {
      const all = await canvases();
      return all.length === length && all.every(one => Math.abs(one - ratio) < 0.05 * ratio);
    };
    const session = await page.context().newCDPSession(page);
    const { width = 0, height = 0 } = page.viewportSize() ?? {};
    for (const deviceScaleFactor of [2, 1, 1.5]) {
      await session.send('Emulation.setDeviceMetricsOverride', {
        ...{ width, height, deviceScaleFactor },
        mobile: false,
      });
      await expect.poll(() => sharp(deviceScaleFactor)).toBe(true);
    }
    expect(complaints).toEqual([]);
    await close();
  },
);
