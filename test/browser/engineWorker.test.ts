import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { chromiumArgs, setUpChromium } from '../../scripts/setup/chromium.mjs';
import { pageHtml } from '../../src/extension/panels/pageHtml';
import type { GenerateRequest } from '../../src/common/protocol/engine/generate';
import { holdWasm, sharingArgs } from '../heldWasm';
import { shippedOf } from '../parity/folders';
import type { OpenOptions, Outcome, Written } from './enginePage';
import { servePage } from './pageServer';

vi.mock('vscode', () => ({
  Uri: { joinPath: (_: unknown, ...parts: string[]) => parts.join('/') },
  env: { language: 'en' },
}));

/** The policy that a panel is shipped with, for another place of files and a nonce that is known. */
function shippedPolicy(source: string, nonce: string): string {
  const webview = { cspSource: source, asWebviewUri: (uri: unknown) => uri };
  // Of a webview the shell uses these two, of a URI nothing but its text.
  const html = pageHtml(webview as never, 'extension' as never, {
    name: 'attention',
    title: () => 'Attention',
  });
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
  return policy.replace(/'nonce-[^']+'/, `'nonce-${nonce}'`);
}

let browser: Browser;
let context: BrowserContext;
let server: Awaited<ReturnType<typeof servePage>>;
let page: Page;
let requests: string[] = [];

beforeAll(async () => {
  server = await servePage(shippedPolicy);
  browser = await chromium.launch({
    executablePath: await setUpChromium(),
    args: [...chromiumArgs, ...sharingArgs],
  });
  context = await browser.newContext();
  context.on('request', request => requests.push(request.url()));
  const holder = await context.newPage();
  await holder.goto(server.url);
  await holdWasm(holder, [
    '/dist/ort-wasm-simd-threaded.jspi.wasm.gz',
    '/dist/ort-wasm-simd-threaded.wasm.gz',
  ]);
});
afterAll(async () => {
  await browser.close();
  server.close();
});
beforeEach(async () => {
  page = await context.newPage();
  requests = [];
  await page.goto(server.url);
});
afterEach(async () => {
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  await page.close();
});

const open = (options: OpenOptions) => page.evaluate(given => window.engine.open(given), options);
const analyze = (text: string, modelId = 'tiny-bert', hiddenStates = false): Promise<Outcome> =>
  page.evaluate(given => window.engine.analyze(given), { modelId, text, hiddenStates });
const generate = (request: GenerateRequest): Promise<Written> =>
  page.evaluate(given => window.engine.generate(given), request);
const device = () => page.evaluate(() => window.engine.device);

const text = 'The cat sat on the mat.';

function requireAnalysis(outcome: Outcome) {
  if ('code' in outcome) {
    throw new Error(`${outcome.code}: ${outcome.message}`);
  }
  return outcome;
}

/** The largest difference between two rows of numbers. */
const difference = (a: readonly number[], b: readonly number[]) =>
  a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? 9))), 0);

/** Bends the browser in the worker. */
const bend = {
  noGpu: `Object.defineProperty(WorkerNavigator.prototype, 'gpu', { value: undefined });`,
  noAdapter: `GPU.prototype.requestAdapter = async () => null;`,
  failingAdapter: `GPU.prototype.requestAdapter = async () => { throw new Error('the driver crashed'); };`,
  /** The software adapter under the name of a true one. */
  hardware: `Object.defineProperty(GPUAdapter.prototype, 'info', { value: { vendor: 'acme', architecture: 'turbo', device: '', description: '', isFallbackAdapter: false } });`,
  noDevice: `GPUAdapter.prototype.requestDevice = async () => { throw new Error('no device for you'); };`,
  /** Computes softmax wrongly, as a driver might, and counts the shaders. */
  wrongShaders: `
    const { createShaderModule } = GPUDevice.prototype;
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      new BroadcastChannel('shaders').postMessage('one');
      const code = descriptor.code.replaceAll('exp(', 'exp(0.5 * ');
      return createShaderModule.call(this, { ...descriptor, code });
    };`,
  /** Takes the device away when the page says so. */
  losable: `
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...all) {
      const device = await requestDevice.apply(this, all);
      new BroadcastChannel('lose').onmessage = () => device.destroy();
      return device;
    };`,
};
const loseDevice = () =>
  page.evaluate(() => {
    const channel = new BroadcastChannel('lose');
    channel.postMessage('now');
    channel.close();
  });
/** Four requests at once, and the device taken away while they are under way, however busy the machine is. */
const analyzeAndLose = (): Promise<readonly Outcome[]> =>
  page.evaluate(
    async request => {
      const outcomes = Promise.all(Array.from({ length: 4 }, () => window.engine.analyze(request)));
      await new Promise(done => setTimeout(done)); // They have been sent by then.
      const channel = new BroadcastChannel('lose');
      channel.postMessage('now');
      channel.close();
      return outcomes;
    },
    { modelId: 'tiny-bert', text },
  );

describe('under the policy of a panel, the shipped worker', () => {
  // A software adapter takes seconds where WebAssembly takes a hundredth of one.
  const unhurried = { timeout: 900_000 };

  test.each([
    ['tiny-bert', 2, 4, 32],
    ['bert', 6, 12, 384],
  ])(
    'gives the same attention and hidden states of %s on WebAssembly of both builds and on WebGPU',
    unhurried,
    async (modelId, layers, heads, hiddenSize) => {
      await open({ build: 'wasm', device: 'auto' });
      const plain = requireAnalysis(await analyze(text, modelId, true));
      await open({ build: 'jspi', device: 'wasm' });
      const suspended = requireAnalysis(await analyze(text, modelId, true));
      await open({ build: 'jspi', device: 'webgpu' });
      const gpu = requireAnalysis(await analyze(text, modelId, true));
      expect([plain, suspended, gpu].map(({ analysis }) => analysis.device)).toEqual([
        'wasm',
        'wasm',
        'webgpu',
      ]);
      const S = plain.analysis.source.length;
      expect(plain.weights).toHaveLength(layers * heads * S * S);
      expect(difference(plain.weights, suspended.weights)).toBeLessThan(1e-5);
      expect(difference(plain.weights, gpu.weights)).toBeLessThan(1e-3);
      expect(gpu.analysis.source).toEqual(plain.analysis.source);
      const states = [plain, suspended, gpu].map(({ analysis }) => analysis.hiddenStates);
      expect(states.map(each => each?.shape)).toEqual(
        Array.from(states, () => [layers + 1, S, hiddenSize]),
      );
      const [ofPlain = [], ofSuspended = [], ofGpu = []] = states.map(each => [
        ...(each?.values ?? []),
      ]);
      expect(ofPlain).toHaveLength((layers + 1) * S * hiddenSize);
      expect(difference(ofPlain, ofSuspended)).toBeLessThan(1e-5);
      expect(difference(ofPlain, ofGpu)).toBeLessThan(1e-3);
    },
  );

  const writers = [
    ['tiny-seq2seq-lstm', { kind: 'greedy' }, 12],
    ['tiny-seq2seq-attention', { kind: 'beam', beams: 3 }, 12],
    ['tiny-transformer', { kind: 'beam', beams: 3 }, 12],
    ['tiny-gpt2', { kind: 'greedy' }, 12],
    ['tiny-llama', { kind: 'greedy' }, 12],
    ['tiny-llama', { kind: 'beam', beams: 3 }, 12],
    ...[...shippedOf('encoder-decoder'), ...shippedOf('decoder-only')].map(
      id => [id, { kind: 'greedy' }, 3] as const,
    ),
  ] as const;

  test.each(writers)(
    '%s writes the same on WebAssembly and on WebGPU',
    unhurried,
    async (modelId, strategy, maxNewTokens) => {
      const request = { modelId, text, strategy, maxNewTokens, attention: true };
      const written = [];
      for (const options of [
        { build: 'wasm', device: 'auto' },
        { build: 'jspi', device: 'wasm' },
        { build: 'jspi', device: 'webgpu' },
      ] as const) {
        await open(options);
        const outcome = await generate(request);
        if ('code' in outcome) {
          throw new Error(`${options.build} ${options.device}: ${outcome.message}`);
        }
        expect(outcome.generation.device).toBe(options.device === 'webgpu' ? 'webgpu' : 'wasm');
        written.push(outcome);
      }
      const [plain, ...others] = written;
      expect(plain?.generation.target).not.toHaveLength(0);
      for (const { generation, weights } of others) {
        expect(generation.target).toEqual(plain?.generation.target);
        expect(generation.hypotheses.map(each => each.text)).toEqual(
          plain?.generation.hypotheses.map(each => each.text),
        );
        expect(
          difference(generation.logProbabilities, plain?.generation.logProbabilities ?? []),
        ).toBeLessThan(1e-3);
        expect(difference(weights, plain?.weights ?? [])).toBeLessThan(1e-3);
      }
    },
  );

  test('asks the network for nothing', async () => {
    await open({ build: 'jspi', device: 'webgpu' });
    requireAnalysis(await analyze(text));
    const own = requests.filter(url => url.startsWith(server.url) || url.startsWith('blob:'));
    expect(requests).toEqual(own);
  });

  test('answers many requests at once on WebGPU', async () => {
    await open({ build: 'jspi', device: 'webgpu' });
    const texts = ['the cat', 'a', text];
    const alone = [];
    for (const one of texts) {
      alone.push(requireAnalysis(await analyze(one)).weights);
    }
    const together = await Promise.all(texts.map(one => analyze(one)));
    for (const [index, outcome] of together.entries()) {
      expect(difference(requireAnalysis(outcome).weights, alone[index] ?? [])).toBeLessThan(1e-5);
    }
  });

  test('says so when its script is damaged, and the next start works', async () => {
    await open({ build: 'wasm', device: 'auto', prologue: 'const broken = ;' });
    expect(await analyze(text)).toMatchObject({ code: 'runtime-missing' });
    await open({ build: 'wasm', device: 'auto' });
    requireAnalysis(await analyze(text));
  });
});

describe('the device', () => {
  const cases: readonly (readonly [string, OpenOptions, RegExp])[] = [
    [
      'is WebAssembly under auto when the adapter is in software',
      { build: 'jspi', device: 'auto' },
      /^wasm: the only WebGPU adapter is in software \(.*swiftshader.*\)$/i,
    ],
    [
      'is the software adapter when WebGPU is forced, and that is said',
      { build: 'jspi', device: 'webgpu' },
      /^webgpu: chosen in the settings; slow, because the adapter is in software/,
    ],
    [
      'is WebGPU under auto when the adapter is a true one',
      { build: 'jspi', device: 'auto', prologue: bend.hardware },
      /^webgpu: acme turbo$/,
    ],
    [
      'is WebAssembly when that is chosen',
      { build: 'jspi', device: 'wasm', prologue: bend.hardware },
      /^wasm: chosen in the settings$/,
    ],
    [
      'is WebAssembly when there is no adapter',
      { build: 'jspi', device: 'auto', prologue: bend.noAdapter },
      /^wasm: no WebGPU adapter was found$/,
    ],
    [
      'is WebAssembly when there is no WebGPU',
      { build: 'jspi', device: 'auto', prologue: bend.noGpu },
      /^wasm: WebGPU is not offered here$/,
    ],
    [
      'is WebAssembly when asking fails',
      { build: 'jspi', device: 'auto', prologue: bend.failingAdapter },
      /^wasm: asking for a WebGPU adapter failed \(.*the driver crashed\)$/,
    ],
    [
      'is WebAssembly when the GPU does not start',
      { build: 'jspi', device: 'auto', prologue: bend.hardware + bend.noDevice },
      /^wasm: WebGPU could not be started/,
    ],
    [
      'is WebAssembly in the build without JSPI',
      { build: 'wasm', device: 'auto' },
      /^wasm: WebGPU needs JavaScript Promise Integration/,
    ],
  ];

  test.each(cases)('%s', async (_, options, expected) => {
    await open(options);
    requireAnalysis(await analyze(text));
    const report = await device();
    expect(`${report?.device ?? ''}: ${report?.reason ?? ''}`).toMatch(expected);
  });

  test.each([
    ['there is no adapter', 'jspi', bend.noAdapter],
    ['the GPU does not start', 'jspi', bend.noDevice],
    ['the build has none', 'wasm', ''],
  ] as const)('cannot be forced to be WebGPU when %s', async (_, build, prologue) => {
    await open({ build, device: 'webgpu', prologue });
    expect(await analyze(text)).toMatchObject({ code: 'device-unavailable' });
  });
});

describe('when WebGPU computes wrongly', () => {
  const wrong = bend.hardware + bend.wrongShaders;
  const reason = /^WebGPU computes .+ wrongly on this graphics card \(acme turbo\): /;
  /** Those that were made since the last time. */
  const shaders = () => page.evaluate(() => window.shaders.splice(0).length);

  test('auto goes on with WebAssembly, says why, and does not try again', async () => {
    await page.evaluate(() => {
      const channel = new BroadcastChannel('shaders');
      channel.onmessage = ({ data }) => window.shaders.push(data);
      window.shaders = [];
    });
    await open({ build: 'jspi', device: 'wasm' });
    const right = requireAnalysis(await analyze(text));
    for (const isTried of [true, false]) {
      await open({ build: 'jspi', device: 'auto', prologue: wrong });
      const { analysis, weights } = requireAnalysis(await analyze(text));
      expect(analysis.device).toBe('wasm');
      expect(difference(weights, right.weights)).toBeLessThan(1e-5);
      expect((await device())?.reason).toMatch(reason);
      expect((await shaders()) > 0).toBe(isTried);
    }
    const faults = await page.evaluate(() => window.engine.gpuFaults);
    expect(faults).toMatchObject([{ adapter: 'acme/turbo//', modelId: 'tiny-bert' }]);
  });

  test('that is an error for who has chosen it', async () => {
    await open({ build: 'jspi', device: 'webgpu', prologue: wrong });
    expect(await analyze(text)).toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(reason) as string,
    });
  });
});

describe('when WebGPU is lost', () => {
  test('between two requests, auto goes on with WebAssembly and says why', async () => {
    await open({ build: 'jspi', device: 'auto', prologue: bend.hardware + bend.losable });
    const before = requireAnalysis(await analyze(text));
    expect(before.analysis.device).toBe('webgpu');
    await loseDevice();
    const after = requireAnalysis(await analyze(text));
    expect(after.analysis.device).toBe('wasm');
    expect(difference(before.weights, after.weights)).toBeLessThan(1e-3);
    expect((await device())?.reason).toMatch(/^WebGPU was lost/);
  });

  test('in the middle of requests, auto answers them all', async () => {
    await open({ build: 'jspi', device: 'auto', prologue: bend.hardware + bend.losable });
    requireAnalysis(await analyze(text));
    const devices = (await analyzeAndLose()).map(
      outcome => requireAnalysis(outcome).analysis.device,
    );
    expect(devices).toContain('wasm');
  });

  test('although it was chosen, that is an error, and the next request starts it again', async () => {
    await open({ build: 'jspi', device: 'webgpu', prologue: bend.losable });
    requireAnalysis(await analyze(text));
    expect(await analyzeAndLose()).toContainEqual(expect.objectContaining({ code: 'device-lost' }));
    expect(requireAnalysis(await analyze(text)).analysis.device).toBe('webgpu');
  });
});
