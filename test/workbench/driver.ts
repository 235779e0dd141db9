import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { developmentFolder } from '../../scripts/developmentFolder.mjs';
import { pinnedFonts } from '../../scripts/fonts.mjs';
import { examples, logs } from '../../scripts/paths.mjs';
import { chromiumArgs, setUpChromium } from '../../scripts/setup/chromium.mjs';
import { calmSettings, startVscodeServer, type Server } from '../../scripts/vscodeServer.mjs';

/** VS Code's own themes, one of each kind, and the class that a window in such a theme has. */
export const themes = {
  light: { id: 'Light Modern', cssClass: 'vs' },
  dark: { id: 'Dark Modern', cssClass: 'vs-dark' },
  'high-contrast': { id: 'Default High Contrast', cssClass: 'hc-black' },
  'high-contrast-light': { id: 'Default High Contrast Light', cssClass: 'hc-light' },
} as const;
export type ThemeKind = keyof typeof themes;

export interface WorkbenchOptions {
  readonly theme?: ThemeKind;
  /** Absolute path of the folder to open; the examples by default. */
  readonly folder?: string;
  /** Absolute path of a file to open. */
  readonly file?: string;
  /** Absolute path of the extension in development; ours by default. */
  readonly extension?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
  /** True: only the fonts of this repository, so that pictures are the same on every machine. */
  readonly pinFonts?: boolean;
}

let own: string | undefined;
/** Copied once for all windows of a file of tests. */
const ownExtension = () => (own ??= developmentFolder());

/** A real VS Code with an extension in development, driven as a person drives it. */
export class Workbench {
  private constructor(
    readonly page: Page,
    /** Errors that the window printed, oldest first; for the message of a test that fails. */
    readonly log: readonly string[],
    private readonly theme: ThemeKind,
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly dataDir: string,
    private readonly extension: string,
  ) {}

  static async open({
    theme = 'light',
    folder = examples,
    file,
    extension = ownExtension(),
    settings = {},
    size = { width: 1600, height: 900 },
    pinFonts = true,
  }: WorkbenchOptions = {}): Promise<Workbench> {
    const dataDir = mkdtempSync(join(tmpdir(), 'lm-evolution-workbench-'));
    const server = await startVscodeServer({
      dataDir,
      settings: {
        ...calmSettings,
        ...quiet,
        'workbench.colorTheme': themes[theme].id,
        ...settings,
      },
    });
    const browser = await chromium.launch({
      executablePath: await setUpChromium(),
      args: [...chromiumArgs],
      env: { ...definedEnv(), ...(pinFonts ? pinnedFonts() : {}) },
    });
    const context = await browser.newContext({
      viewport: size,
      acceptDownloads: true,
      permissions: ['clipboard-read', 'clipboard-write'],
      reducedMotion: 'reduce',
      colorScheme: theme.endsWith('light') ? 'light' : 'dark',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // Stops what hangs; a page waits for its turn on a busy machine.
    const log: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        log.push(message.text());
      }
    });
    page.on('pageerror', error => log.push(error.message));
    const workbench = new Workbench(page, log, theme, server, browser, dataDir, extension);
    try {
      await workbench.openFolder(folder, file);
      return workbench;
    } catch (error) {
      await workbench.close();
      throw error;
    }
  }

  /** A window on another folder, in place of the one that is there; the browser keeps what it has cached. */
  async openFolder(folder: string, file?: string): Promise<void> {
    const { extension } = this;
    await this.page.goto(
      this.server.address({ folder, extension, ...(file !== undefined && { file }) }),
    );
    await this.ready(file);
  }

  /** Waits until the window is there and, if a file was asked for, its text. */
  async ready(file?: string): Promise<void> {
    await this.page
      .locator(`.monaco-workbench.${themes[this.theme].cssClass}`)
      .waitFor({ timeout: 60_000 });
    if (file !== undefined) {
      await this.tab(basename(file)).waitFor({ timeout: 60_000 });
      await this.page.locator('.monaco-editor .view-line').first().waitFor({ timeout: 60_000 });
    }
  }

  /** Loads the window again, once it has saved the state of the panels of `viewType`. */
  async reload(viewType: string): Promise<void> {
    // A window of the web saves every few seconds, and not while it is left.
    const deadline = Date.now() + 30_000;
    while (!(await this.page.evaluate(isSaved, viewType))) {
      if (Date.now() > deadline) {
        throw new Error(`the window has not saved a panel of ${viewType}`);
      }
      await this.page.waitForTimeout(250);
    }
    await this.page.reload();
    await this.ready();
  }

  /** Runs a command by its title in the palette: "Evolution: Show Attention". */
  async runCommand(title: string): Promise<void> {
    await this.pick('F1', title, title);
  }

  /** Takes the entry of the open quick pick in which a text stands. */
  async choose(text: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row.click();
    await row.waitFor({ state: 'hidden' });
  }

  /** Opens a file of the folder by its name. */
  async openFile(name: string): Promise<void> {
    await this.pick('Control+P', name, name);
    await this.tab(name).waitFor();
  }

  /** Saves and closes every editor, without a question of VS Code's. */
  async closeEditors(): Promise<void> {
    await this.runCommand('File: Save All');
    await this.page.locator('.tabs-container .tab.dirty').first().waitFor({ state: 'detached' });
    await this.runCommand('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  }

  /** Puts the caret, counted from 1. */
  async goTo(line: number, column: number): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    // A key is lost while the focus is on its way into the editor.
    await expect
      .poll(async () => {
        await this.page.keyboard.press('Control+G');
        await this.page.waitForTimeout(100);
        return input.isVisible();
      })
      .toBe(true);
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
  }

  /** Selects the first place of the active editor that reads so; within one line. */
  async select(text: string): Promise<void> {
    await this.goTo(1, 1);
    await this.page.keyboard.press('Control+F');
    const input = this.page.locator('.find-widget.visible textarea').first();
    await input.waitFor();
    await input.fill(''); // What is there already, of an earlier search, would move nothing.
    await input.fill(text);
    await this.page.locator('.find-widget .matchesCount', { hasText: /^1 of/ }).waitFor();
    await this.page.keyboard.press('Escape');
    await this.page.locator('.find-widget.visible').waitFor({ state: 'detached' });
  }

  /** Selects everything in the active editor. */
  async selectAll(): Promise<void> {
    await this.page.keyboard.press('Control+A');
  }

  /** Gives the editors the whole width. */
  async hideSideBar(): Promise<void> {
    await this.page.keyboard.press('Control+B');
    await this.page.locator('.part.sidebar').waitFor({ state: 'hidden' });
  }

  /** How many stretches of the document an extension has decorated. */
  async decorations(): Promise<number> {
    return this.page.locator(decorated).count();
  }

  /** Where they are and how they look, to see a change. */
  async placesOfDecorations(): Promise<string[]> {
    return this.page
      .locator(decorated)
      .evaluateAll(elements =>
        elements.map(
          one => `${one.getAttribute('class') ?? ''} ${one.getAttribute('style') ?? ''}`,
        ),
      );
  }

  /**
   * How long an extension took to activate, as VS Code's list of running extensions says, in ms. Waits until it has:
   * a panel that is asked for earlier is sometimes not opened.
   */
  async activationMs(name: string): Promise<number> {
    const size = this.page.viewportSize();
    await this.page.setViewportSize({ width: 1600, height: 3000 }); // High enough for all of them.
    await this.runCommand('Developer: Show Running Extensions');
    const list = this.page.locator('.runtime-extensions-editor');
    const row = list.locator('.monaco-list-row', { hasText: name });
    await row.waitFor();
    const text = await row.innerText();
    // It lies over the window, and nothing else has the keys until it is closed.
    await this.page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
    if (size) {
      await this.page.setViewportSize(size);
    }
    return Number(/Activation: (\d+)ms/.exec(text)?.[1]);
  }

  tab(name: string) {
    return this.page.locator('.tabs-container .tab', { hasText: name }).first();
  }

  /**
   * The inner document of the webview that holds `selector`.
   * @throws when there is none within `timeoutMs`, with what the window printed.
   */
  async webview(selector: string, timeoutMs = 30_000): Promise<Frame> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        if (await holds(frame, selector)) {
          return frame;
        }
      }
      await this.page.waitForTimeout(50);
    }
    throw new Error(`no webview holds ${selector}; the window printed:\n${this.log.join('\n')}`);
  }

  /** A picture of the webview alone, as PNG; what `hidden` selects keeps its place and is not seen. */
  async screenshot(frame: Frame, hidden?: string): Promise<Buffer> {
    const element = await (frame.parentFrame() ?? frame).frameElement();
    await this.page.mouse.move(0, 0);
    return element.screenshot({
      animations: 'disabled',
      caret: 'hide',
      ...(hidden !== undefined && { style: `${hidden} { visibility: hidden !important }` }),
    });
  }

  /** Accepts the place that VS Code's own dialog for saving offers: the folder, and the suggested name. */
  async acceptSave(name: RegExp): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget');
    const input = dialog.locator('input').first();
    await expect.poll(() => input.inputValue()).toMatch(name);
    await dialog.locator('.quick-input-action a', { hasText: 'OK' }).click();
    await input.waitFor({ state: 'hidden' });
  }

  /** Leaves a picture of the whole window in `.cache/logs`, for whoever looks into a test that failed. */
  async keepEvidence(name: string): Promise<void> {
    const path = join(logs, `workbench-${name.replace(/[^\w]+/g, '-')}.png`);
    writeFileSync(path, await this.page.screenshot());
    writeFileSync(`${path}.txt`, this.log.join('\n'));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Opens a quick pick, filters it, and takes the entry of that name. */
  private async pick(key: string, filter: string, entry: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    // A key is lost while the focus is on its way from one editor to another.
    await expect
      .poll(
        async () => {
          await this.page.keyboard.press(key);
          return input.waitFor({ timeout: 5000 }).then(
            () => true,
            () => false,
          );
        },
        { timeout: 60_000 },
      )
      .toBe(true);
    await input.fill(key === 'F1' ? `>${filter}` : filter);
    const row = this.page
      .locator('.quick-input-list .monaco-list-row .label-name', { hasText: entry })
      .first();
    await row.waitFor();
    await row.click();
    await row.waitFor({ state: 'hidden' }); // Its box may stay, where the command asks something in it.
    await this.page.mouse.move(0, 0);
  }
}

/** VS Code gives every decoration of an extension such a class. */
const decorated = '.view-overlays [class*="ced-"]';

/** What would make a picture differ from one run to the next. */
const quiet = {
  'editor.cursorBlinking': 'solid',
  'workbench.reduceMotion': 'on',
  'editor.fontFamily': 'DejaVu Sans Mono',
  'editor.fontSize': 14,
  'files.hotExit': 'off',
};

async function holds(frame: Frame, selector: string): Promise<boolean> {
  try {
    return frame.url().includes('fake.html') && (await frame.locator(selector).count()) > 0;
  } catch {
    return false; // The frame went away between the list and the look.
  }
}

/** Runs in the window: looks for a text in what it keeps in IndexedDB. */
async function isSaved(text: string): Promise<boolean> {
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name ?? '');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error(`cannot open ${name ?? ''}`));
    });
    for (const store of database.objectStoreNames) {
      const values = await new Promise<unknown[]>((resolve, reject) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error(`cannot read ${store}`));
      });
      if (values.some(value => typeof value === 'string' && value.includes(text))) {
        database.close();
        return true;
      }
    }
    database.close();
  }
  return false;
}

const definedEnv = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
