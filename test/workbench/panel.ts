import type { Frame } from 'playwright-core';
import { expect } from 'vitest';
import type { Workbench } from './driver';

/** The attention panel's view type, under which the window saves it. */
export const viewType = 'lmEvolution.attention';

/** The attention panel in a window, as a person sees it. */
export class AttentionPanel {
  private constructor(
    private readonly workbench: Workbench,
    readonly frame: Frame,
  ) {}

  /** Runs the command, and waits for its picture: in an open panel, for another than the one that is there. */
  static async show(
    workbench: Workbench,
    command: 'Show Attention' | 'Translate Selection' = 'Show Attention',
  ): Promise<AttentionPanel> {
    const isOpen = await workbench.tab('Attention').isVisible();
    const before = isOpen ? await (await AttentionPanel.find(workbench)).paintedAt() : 0;
    await workbench.runCommand(`Evolution: ${command}`);
    const panel = await AttentionPanel.find(workbench);
    await expect.poll(() => panel.paintedAt(), { timeout: 60_000 }).toBeGreaterThan(before);
    return panel;
  }

  /** The panel that is there, or coming back, once its picture is painted. */
  static async find(workbench: Workbench): Promise<AttentionPanel> {
    const frame = await workbench.webview('header.header', 60_000);
    const panel = new AttentionPanel(workbench, frame);
    await panel.painted();
    return panel;
  }

  /** Waits until the picture of what was shown last is on the screen. */
  async painted(): Promise<void> {
    await this.frame.waitForFunction(
      () => {
        const time = (name: string) => performance.getEntriesByName(name).at(-1)?.startTime;
        const [show, painted] = [time('show'), time('painted')];
        return (
          document.querySelector('.picture') !== null &&
          document.querySelector('main')?.getAttribute('aria-busy') === 'false' &&
          show !== undefined &&
          painted !== undefined &&
          painted >= show
        );
      },
      undefined,
      { timeout: 60_000 },
    );
  }

  /** The tokens as they stand in the row. */
  async tokens(): Promise<string[]> {
    return this.frame.locator('.token-row button').allInnerTexts();
  }

  /** The line of words under the tokens. */
  async words(): Promise<string> {
    return this.frame.locator('.words .link').innerText();
  }

  /** Chooses one head in the grid; layer and head counted from 1. */
  async chooseHead(layer: number, head: number): Promise<void> {
    await this.cell(layer, head).click();
  }

  /** Chooses another model in the header, by its id. */
  async chooseModel(id: string): Promise<void> {
    const before = await this.paintedAt();
    await this.frame.getByLabel('Model', { exact: true }).selectOption(id);
    await expect.poll(() => this.paintedAt(), { timeout: 60_000 }).toBeGreaterThan(before);
  }

  cell(layer: number, head: number) {
    return this.frame.locator(
      `[role=gridcell][data-layer="${layer - 1}"][data-head="${head - 1}"]`,
    );
  }

  async openMenu(): Promise<void> {
    await this.frame.getByRole('button', { name: 'Export, scale, device and help' }).click();
    await this.frame.locator('#menu').waitFor();
  }

  /** Exports by the menu into the open folder, under the name that is suggested. */
  async export(item: string, ending: string): Promise<void> {
    await this.openMenu();
    await this.frame.getByRole('menuitem', { name: item }).click();
    await this.workbench.acceptSave(new RegExp(`\\.${ending}$`));
  }

  /**
   * A picture of the panel, once two in a row are the same: small parts are drawn when nothing else is to do.
   * What differs from run to run, the time that the model took, is left out.
   */
  async screenshot(): Promise<Buffer> {
    const take = () => this.workbench.screenshot(this.frame, '.device');
    let last = await take();
    for (let attempt = 0; attempt < 20; attempt++) {
      await this.workbench.page.waitForTimeout(250);
      const next = await take();
      if (next.equals(last)) {
        return next;
      }
      last = next;
    }
    throw new Error('the panel does not come to rest');
  }

  /** How many colours are in the picture's canvas: 1 when it is blank. */
  async colours(): Promise<number> {
    return this.frame
      .locator('.picture canvas')
      .first()
      .evaluate(element => {
        if (!(element instanceof HTMLCanvasElement)) {
          return 0;
        }
        const { width, height } = element;
        const pixels = element.getContext('2d')?.getImageData(0, 0, width, height).data;
        return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size;
      });
  }

  /** When the latest picture was on the screen, in ms since 1970; 0 when there was none. */
  async paintedAt(): Promise<number> {
    return this.frame.evaluate(() => {
      const at = performance.getEntriesByName('painted').at(-1)?.startTime;
      return at === undefined ? 0 : performance.timeOrigin + at;
    });
  }

  /** How long the page works from the click on another head to its picture in the canvas, in ms each. */
  async headChanges(count: number): Promise<number[]> {
    return this.frame.evaluate(async times => {
      const cells = [...document.querySelectorAll<HTMLElement>('.thumbnail[data-layer]')];
      const results: number[] = [];
      for (let i = 0; i < times; i++) {
        const started = performance.now();
        cells[(i * 7) % cells.length]?.click();
        // The page paints in a microtask that the click has queued.
        await new Promise<void>(done => queueMicrotask(() => queueMicrotask(done)));
        results.push(performance.now() - started);
        await new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)));
      }
      return results;
    }, count);
  }

  /** Moves the pointer over the picture, one step a frame: time between frames and work of each step, in ms. */
  async hoverFrames(count: number): Promise<{ intervals: number[]; work: number[] }> {
    return this.frame.evaluate(async steps => {
      const picture = document.querySelector('.picture');
      const box = picture?.getBoundingClientRect() ?? new DOMRect();
      const frame = () => new Promise<number>(done => requestAnimationFrame(done));
      const [intervals, work]: [number[], number[]] = [[], []];
      let last = await frame();
      for (let i = 0; i < steps; i++) {
        const started = performance.now();
        picture?.dispatchEvent(
          new PointerEvent('pointermove', {
            bubbles: true,
            clientX: box.left + box.width * (0.2 + 0.6 * ((i * 0.013) % 1)),
            clientY: box.top + box.height * (0.2 + 0.6 * ((i * 0.007) % 1)),
          }),
        );
        await new Promise<void>(done => queueMicrotask(() => queueMicrotask(done)));
        work.push(performance.now() - started);
        const now = await frame();
        intervals.push(now - last);
        last = now;
      }
      return { intervals, work };
    }, count);
  }
}
