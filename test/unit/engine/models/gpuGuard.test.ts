import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { serveEngine } from '../../../../src/engine/engine';
import { GpuFaults } from '../../../../src/extension/engine/gpuFaults';
import type { EngineApi, EngineEvents, GpuFault } from '../../../../src/common/protocol/engine/api';
import type { DevicePreference } from '../../../../src/common/protocol/engine/types';
import { EngineClient } from '../../../../src/common/engineClient/engineClient';
import { EngineError } from '../../../../src/common/errors';
import { link } from '../../../../src/common/protocol/rpc';
import type { EngineRuntime } from '../../../../src/common/engineClient/runningEngine';
import { portPair } from '../../common/portPair';
import { adapter, fakeGpu } from '../fakeGpu';
import { readBuffer, readTiny, root } from '../modelFolder';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

const wasm = () =>
  readBuffer(join(root, 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'));
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach(close => close()));

type Bend = Parameters<typeof fakeGpu>[0];
const honest: Bend = () => undefined;
const slightlyWrong: Bend = values => {
  values.forEach((value, index) => (values[index] = value * 1.1));
};
const nothing: Bend = values => void values.fill(0);
const notANumber: Bend = values => void values.fill(NaN);
const rounding: Bend = values => {
  values.forEach((value, index) => (values[index] = value * (1 + 1e-6)));
};

/** An engine in this thread, on the fake card. */
function serve(bend: Bend) {
  const { near, far, close } = portPair();
  const { runtime, opened } = fakeGpu(bend);
  serveEngine(far, runtime, () => Promise.resolve(adapter));
  closers.push(close);
  return { port: near, opened };
}

async function start(bend: Bend, asked: Partial<Parameters<EngineApi['start']>[0]> = {}) {
  const { port, opened } = serve(bend);
  const faults: GpuFault[] = [];
  const { remote: engine } = link<EngineApi, EngineEvents>(port, {
    ...{ alive: () => undefined, deviceLost: () => undefined },
    ...{
      scored: () => undefined,
      ablated: () => undefined,
      lensed: () => undefined,
      token: () => undefined,
    },
    gpuFault: fault => void faults.push(fault),
  });
  const report = await engine.start({ wasm: wasm(), device: 'auto', ...asked });
  return { engine, report, faults, opened };
}

const everyKind = [
  ...['tiny-bert', 'tiny-masked-bert', 'tiny-gpt2', 'tiny-llama', 'tiny-ulmfit'],
  ...['tiny-transformer', 'tiny-seq2seq-attention', 'tiny-seq2seq-lstm'],
];
const outcome = (call: Promise<{ readonly device: string }>) =>
  call.then(
    ({ device }) => device,
    (error: unknown) => (EngineError.is(error) ? `${error.code}: ${error.message}` : String(error)),
  );

describe.each(everyKind)('%s on a graphics card', modelId => {
  test('is used where it computes what PyTorch does, but for rounding', async () => {
    const { engine, faults } = await start(rounding);
    expect(await outcome(engine.load(readTiny(modelId)))).toBe('webgpu');
    expect(faults).toEqual([]);
  });

  test.each([
    ['other numbers', slightlyWrong],
    ['zeros', nothing],
    ['no numbers', notANumber],
  ])('is refused where %s come, in plain words', async (_, bend) => {
    const { engine, faults } = await start(bend);
    const files = readTiny(modelId);
    const { name } = files.manifest;
    const said = await outcome(engine.load(files));
    expect(said).toMatch(
      /^device-unavailable: WebGPU computes .+ wrongly on this graphics card \(ACME Turbo\): (it chose other tokens|a probability was \S+ instead of \S+|what it gave cannot be used)\.$/,
    );
    expect(said).toContain(name);
    expect(faults).toEqual([
      { adapter: adapter.id, modelId, reason: said.replace('device-unavailable: ', '') },
    ]);
  });
});

test('a stored result that is no such thing is the fault of the folder', async () => {
  const { engine, faults } = await start(honest);
  const files = readTiny('tiny-gpt2');
  const expected = new TextEncoder().encode('{"text":"a","tokens":[0.5]}').buffer;
  const file = { path: 'expected.json', bytes: expected.byteLength };
  const digest = await crypto.subtle.digest('SHA-256', expected);
  const { manifest } = files;
  const names = {
    ...manifest.files,
    expected: { ...file, sha256: Buffer.from(digest).toString('hex') },
  };
  expect(
    await outcome(engine.load({ ...files, expected, manifest: { ...manifest, files: names } })),
  ).toMatch(/^model-invalid: .*expected\.json/);
  expect(faults).toEqual([]);
});

const fault = { adapter: adapter.id, modelId: 'tiny-bert', reason: 'it was wrong' };

test.each<[string, DevicePreference, string, GpuFault, string]>([
  ['the model', 'auto', 'tiny-bert', fault, 'wasm: it was wrong'],
  ['another model', 'auto', 'tiny-gpt2', fault, 'webgpu: ACME Turbo'],
  ['another adapter', 'auto', 'tiny-bert', { ...fault, adapter: 'x' }, 'webgpu: ACME Turbo'],
  ['who insists', 'webgpu', 'tiny-bert', fault, 'webgpu: chosen in the settings (ACME Turbo)'],
])(
  'what was wrong before counts at the start for %s',
  async (_, device, modelId, known, expected) => {
    const { report } = await start(honest, { device, modelId, gpuFaults: [known] });
    expect(`${report.device}: ${report.reason}`).toBe(expected);
  },
);

test('a model that was wrong before is not opened beside one that was not', async () => {
  const { engine, opened } = await start(honest, { modelId: 'tiny-gpt2', gpuFaults: [fault] });
  expect(await outcome(engine.load(readTiny('tiny-gpt2')))).toBe('webgpu');
  expect(opened).toEqual(['webgpu']);
  expect(await outcome(engine.load(readTiny('tiny-bert')))).toBe(
    'device-unavailable: it was wrong',
  );
  expect(opened).toEqual(['webgpu']);
});

describe('an engine client on a card that computes wrongly', () => {
  /** As VS Code keeps it. */
  const memory = new Map<string, unknown>();
  const open = (device: DevicePreference, version: string, told: string[] = []) => {
    const opened: string[][] = [];
    const runtime: EngineRuntime = {
      startWorker: () => {
        const worker = serve(slightlyWrong);
        opened.push(worker.opened);
        return Promise.resolve({
          port: worker.port,
          onExit: () => undefined,
          end: () => undefined,
        });
      },
      readWasm: () => Promise.resolve(wasm()),
      readModel: id => Promise.resolve(readTiny(id)),
      readTokenizer: id => {
        const { manifest, tokenizer } = readTiny(id);
        return Promise.resolve({ manifest, tokenizer });
      },
      gpuFaults: new GpuFaults(
        {
          get: key => memory.get(key),
          update: (key, value) => Promise.resolve(void memory.set(key, structuredClone(value))),
        },
        version,
        ({ reason }) => void told.push(reason),
      ),
    };
    const client = new EngineClient(runtime, { device });
    closers.push(() => client.end());
    return { client, opened };
  };
  const request = { modelId: 'tiny-bert', text: 'The cat sat on the mat.' };
  const reason = /^WebGPU computes .+ wrongly on this graphics card \(ACME Turbo\): /;

  test('goes on with WebAssembly, says why, and the next one does not try again', async () => {
    const told: string[] = [];
    const first = open('auto', '1.0.0', told);
    expect((await first.client.analyze(request)).device).toBe('wasm');
    expect(first.client.device).toEqual({
      device: 'wasm',
      reason: expect.stringMatching(reason) as string,
    });
    expect(first.opened).toEqual([['webgpu'], ['wasm']]);
    const next = open('auto', '1.0.0', told);
    expect((await next.client.analyze(request)).device).toBe('wasm');
    expect(next.client.device).toEqual(first.client.device);
    expect(next.opened).toEqual([['wasm']]);
    expect(told).toHaveLength(1);
    const updated = open('auto', '1.0.1');
    await updated.client.analyze(request);
    expect(updated.opened).toEqual([['webgpu'], ['wasm']]);
  });

  test('tells who insists on WebGPU, and shows nothing of it', async () => {
    const { client } = open('webgpu', '1.0.0');
    await expect(client.analyze(request)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(reason) as string,
    });
  });
});
