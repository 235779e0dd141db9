import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { setUpChromium } from '../../scripts/setup/chromium.mjs';
import { parseLesson, parseSources, type StageId, stageIds } from '../../src/common/content/lesson';
import type { Manifest } from '../../src/common/protocol/manifest';
import { filesOf } from '../../src/common/engineClient/modelFolder';
import { parseMaps } from '../../src/common/content/maps';
import {
  parseLabelStudy,
  parseRewardStudy,
  parseTranslationEvaluation,
} from '../../src/common/content/evaluation';
import type { AttentionDescription } from '../../src/common/protocol/pages/attention';
import type { MapsDescription } from '../../src/common/protocol/pages/maps';
import type { NextDescription } from '../../src/common/protocol/pages/next';
import type { PageName } from '../../src/common/protocol/pages/pages';
import type { StageDescription } from '../../src/common/protocol/pages/stage';
import type { Segment, Subject } from '../../src/common/protocol/pages/subject';
import type { TokensDescription } from '../../src/common/protocol/pages/tokens';
import type { WhyDescription } from '../../src/common/protocol/pages/why';
import { holdWasm, sharingArgs } from '../heldWasm';
import type { HostOptions } from './fakeHost';
import { type PageServer, startPageServer } from './pageServer';
import { installTheme, readPageTheme, type ThemeKind } from './theme';

const root = resolve(import.meta.dirname, '../..');
const bert = 'models/bert';
const jspiWasm = 'dist/ort-wasm-simd-threaded.jspi.wasm.gz';

export interface OpenOptions {
  /** Which page; attention by default. */
  readonly name?: PageName | undefined;
  readonly theme?: ThemeKind | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** One text, or a pair; undefined: nothing is looked at. */
  readonly text?: string | readonly [string, string] | undefined;
  /** Folder of the model below the root; the bundled BERT by default. */
  readonly model?: string | undefined;
  /** Of further models that can be chosen. */
  readonly others?: readonly string[] | undefined;
  readonly cutLength?: number | undefined;
  readonly savedState?: unknown;
  /** Of the page of stages: which one is asked for. */
  readonly stage?: StageId | undefined;
  readonly host?:
    | Partial<
        Pick<
          HostOptions,
          | 'failing'
          | 'modelUris'
          | 'completion'
          | 'startMs'
          | 'answerMs'
          | 'chosenHeads'
          | 'selectedText'
        >
      >
    | undefined;
  /** Instead of a text. */
  readonly subject?: Subject | undefined;
  /** What the manifest says of the number of layers; the truth by default. */
  readonly layers?: number | undefined;
  readonly device?: 'auto' | 'webgpu' | 'wasm' | undefined;
  readonly reducedMotion?: boolean | undefined;
  /** Runs in the page before all else. */
  readonly prologue?: (() => void) | undefined;
}

export interface OpenPage {
  readonly page: Page;
  /** Whatever the browser complained of. */
  readonly complaints: string[];
  describe(): Promise<AttentionDescription>;
  /** The same of the page of tokens. */
  tokens(): Promise<TokensDescription>;
  /** The same of the page of stages. */
  stage(): Promise<StageDescription>;
  /** The same of the page of next tokens. */
  next(): Promise<NextDescription>;
  /** And of the page that explains completions. */
  why(): Promise<WhyDescription>;
  /** And of the page of maps. */
  maps(): Promise<MapsDescription>;
  /** Waits until the page shows a picture or an error. */
  settled(): Promise<AttentionDescription>;
  calls(method: string): Promise<unknown[]>;
  /**
   * Waits by a timer of the page: all that its own shorter timers, and frames, were to do is done then, however slow
   * the machine is.
   */
  timePasses(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Chromium and the server, shared by the tests of a file. */
export class PageLab {
  private constructor(
    private readonly browser: Browser,
    private readonly shared: BrowserContext | undefined,
    private readonly server: PageServer,
  ) {}

  /** @param isWarm pages find the WebAssembly compiled, as no person's first page does: half the time of a test. */
  static async start({ isWarm = false } = {}): Promise<PageLab> {
    const server = await startPageServer();
    const browser = await chromium.launch({
      executablePath: await setUpChromium(),
      args: [
        ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...(isWarm ? sharingArgs : []),
      ],
    });
    const shared = isWarm ? await browser.newContext() : undefined;
    if (shared) {
      const page = await shared.newPage();
      await page.goto(`${server.origin}/out/attention.css`); // Of the site, and with no script of its own.
      await holdWasm(page, [`${server.origin}/${jspiWasm}`]);
    }
    return new PageLab(browser, shared, server);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }

  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const context = this.shared ?? (await this.browser.newContext());
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // Stops what hangs; a page waits for its turn on a busy machine.
    await page.setViewportSize({ width: options.width ?? 1000, height: options.height ?? 760 });
    await page.emulateMedia({ reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference' });
    const complaints: string[] = [];
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error' || message.text().includes('Content Security Policy')) {
        complaints.push(message.text());
      }
    });
    const hostOptions = await this.hostOptions(options);
    await page.addInitScript(installTheme, await readPageTheme(options.theme ?? 'dark'));
    await page.addInitScript(`window.hostOptions = ${JSON.stringify(hostOptions)};`);
    await page.addInitScript(this.server.hostScript);
    if (options.prologue) {
      await page.addInitScript(options.prologue);
    }
    await page.goto(`${this.server.origin}/page/${options.name ?? 'attention'}`);
    /** Comes as JSON: Playwright takes a second for each 10,000 values of an object. */
    const described = async <D>() =>
      JSON.parse(
        await page.evaluate(async () => JSON.stringify(await window.fakeHost.page.describe({}))),
      ) as D;
    const describe = () => described<AttentionDescription>();
    return {
      page,
      complaints,
      describe,
      tokens: () => described<TokensDescription>(),
      stage: () => described<StageDescription>(),
      next: () => described<NextDescription>(),
      why: () => described<WhyDescription>(),
      maps: () => described<MapsDescription>(),
      settled: async () => {
        for (;;) {
          const description = await describe();
          const isPainted = description.state === 'ready' && description.paintMs !== undefined;
          if (isPainted || description.state === 'error' || description.state === 'empty') {
            return description;
          }
          await page.waitForTimeout(20);
        }
      },
      timePasses: ms =>
        page.evaluate(
          time =>
            new Promise<void>(done => {
              setTimeout(
                () => requestAnimationFrame(() => requestAnimationFrame(() => done())),
                time,
              );
            }),
          ms,
        ),
      calls: method =>
        page.evaluate(async name => {
          // Messages take a task; a later timer comes after theirs.
          await new Promise(done => setTimeout(done, 20));
          return window.fakeHost.calls.flatMap(call => (call.method === name ? [call.arg] : []));
        }, method),
      close: () => (this.shared ? page : context).close(),
    };
  }

  private async hostOptions(options: OpenOptions): Promise<HostOptions> {
    const { origin } = this.server;
    const folders = [options.model ?? bert, ...(options.others ?? [])];
    const [manifest, ...others] = await Promise.all(folders.map(readManifest));
    if (!manifest) {
      throw new Error('no model');
    }
    const modelUris = Object.fromEntries(
      [manifest, ...others].map((each, index) => {
        const folder = `${origin}/${folders[index] ?? ''}`;
        const uris = filesOf(each).map(({ path }) => [path, `${folder}/${path}`] as const);
        return [each.id, Object.fromEntries(uris)] as const;
      }),
    );
    const measured = await Promise.all(
      [manifest, ...others].map(
        async ({ id }, index) => [id, await readMeasured(folders[index] ?? '')] as const,
      ),
    );
    return {
      start: {
        subject:
          options.subject ??
          (options.text === undefined
            ? undefined
            : { ...subjectOf(options), modelId: manifest.id }),
        isStale: false,
        models: [{ ...manifest, layers: options.layers ?? manifest.layers }, ...others],
        runtime: {
          jspi: {
            worker: `${origin}/out/engineWorker.jspi.js`,
            wasm: `${origin}/${jspiWasm}`,
          },
          wasm: {
            worker: `${origin}/out/engineWorker.wasm.js`,
            wasm: `${origin}/dist/ort-wasm-simd-threaded.wasm.gz`,
          },
        },
        settings: { device: options.device ?? 'wasm', scale: 'sqrt', beams: 5 },
      },
      stages: options.name === 'stage' ? await readStages(options.stage) : undefined,
      quality: Object.fromEntries(
        measured.map(([id, quality]) => [id, parseTranslationEvaluation(quality)] as const),
      ),
      labelStudies: Object.fromEntries(
        measured.map(([id, quality]) => [id, parseLabelStudy(quality)] as const),
      ),
      maps:
        options.name === 'maps'
          ? {
              maps: parseMaps(await readJson('media/maps/en.json')),
              sources: parseSources(await readJson('media/lessons/sources.json')),
            }
          : undefined,
      rewardStudy: options.name === 'stage' ? await readStudy([manifest, ...others]) : undefined,
      modelUris: options.host?.modelUris ?? modelUris,
      failing: options.host?.failing,
      completion: options.host?.completion,
      startMs: options.host?.startMs,
      answerMs: options.host?.answerMs,
      chosenHeads: options.host?.chosenHeads,
      selectedText: options.host?.selectedText,
      savedState: options.savedState === undefined ? undefined : JSON.stringify(options.savedState),
    };
  }
}

/** The engine checks a manifest; here it is only handed on. */
const readManifest = async (folder: string) =>
  JSON.parse(await readFile(resolve(root, folder, 'manifest.json'), 'utf8')) as Manifest;

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(resolve(root, path), 'utf8')) as unknown;

const readMeasured = (folder: string) => readJson(`${folder}/quality.json`).catch(() => undefined);

const readStages = async (stage: StageId | undefined): Promise<HostOptions['stages']> => ({
  lessons: await Promise.all(
    stageIds.map(async id => parseLesson(await readJson(`media/lessons/en/${id}.json`))),
  ),
  sources: parseSources(await readJson('media/lessons/sources.json')),
  stage,
});

/** The study, as if it had been of the small model with random parameters where that is there. */
async function readStudy(manifests: readonly Manifest[]) {
  const study = parseRewardStudy(await readJson('media/studies/reward.json'));
  const tiny = manifests.find(({ id }) => id === 'tiny-llama');
  const ofTiny = tiny?.files.weights && {
    ...{ model: tiny.id, sha256: tiny.files.weights.sha256, layer: 1 },
    scale: Array.from({ length: tiny.hiddenSize }, () => 1 / Math.sqrt(tiny.hiddenSize)),
  };
  return { ...study, page: { ...study.page, ...ofTiny } };
}

/** A subject as the host makes it from a file. */
export function subjectOf({ text = '', cutLength = 0 }: OpenOptions): Subject {
  const segment = (one: string): Segment => ({
    text: one,
    origin: {
      uri: 'file:///notes.md',
      version: 1,
      pieces: [{ start: 0, length: one.length, documentOffset: 100 }],
    },
  });
  const segments: Subject['segments'] =
    typeof text === 'string' ? [segment(text)] : [segment(text[0]), segment(text[1])];
  return { modelId: 'bert', segments, label: 'notes.md:12', cutLength };
}
