import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gunzip } from '../../../../src/common/engineClient/modelFolder';
import {
  EngineClient,
  type EngineClientOptions,
} from '../../../../src/common/engineClient/engineClient';
import { EngineError } from '../../../../src/common/errors';
import type {
  EngineRuntime,
  WorkerHandle,
} from '../../../../src/common/engineClient/runningEngine';
import { engineFiles, startWorker } from '../../../../src/extension/engine/platform';
import { readTinyBert, root } from '../modelFolder';
import { settled } from '../../common/portPair';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

/** The files of `dist` in a folder of their own, where they can be spoilt. */
let folder: string;
let client: EngineClient;
let handles: WorkerHandle[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lm-evolution-'));
  repair();
  handles = [];
});
afterEach(() => {
  client.end();
  rmSync(folder, { recursive: true, force: true });
});

/** What the worker finds beside itself. */
const glue = 'ort-wasm-simd-threaded.mjs';

function repair(): void {
  for (const name of [...Object.values(engineFiles()), glue]) {
    copyFileSync(join(root, 'dist', name), join(folder, name));
  }
}

function open(
  overrides: Partial<EngineRuntime> = {},
  options: Partial<EngineClientOptions> = {},
): EngineClient {
  client = new EngineClient(
    {
      startWorker: async () => {
        const handle = await startWorker({ fsPath: join(folder, engineFiles().worker) });
        handles.push(handle);
        return handle;
      },
      readWasm: async () => gunzip((await readFile(join(folder, engineFiles().wasm))).buffer),
      readModel: () => Promise.resolve(readTinyBert()),
      readTokenizer: () => Promise.resolve(readTinyBert()),
      ...overrides,
    },
    { device: 'auto', ...options },
  );
  return client;
}

const request = { modelId: 'tiny-bert', text: 'The cat sat on the mat.' };
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'resolved',
    (error: unknown) => (EngineError.is(error) ? error.code : String(error)),
  );

test('the worker that is shipped analyses a text', async () => {
  const { attentions, source } = await open().analyze(request);
  const S = source.length;
  expect(attentions[0]?.shape).toEqual([2, 4, S, S]);
  expect(client.device).toEqual({ device: 'wasm', reason: expect.any(String) as string });
});

test('the worker takes WebAssembly that its owner has compiled', async () => {
  const bytes = await gunzip((await readFile(join(folder, engineFiles().wasm))).buffer);
  const compile = () => WebAssembly.compile(bytes);
  const ofCompiled = await open({ readWasm: compile }).analyze(request);
  client.end();
  const ofBytes = await open().analyze(request);
  expect(ofCompiled.attentions[0]?.weights).toEqual(ofBytes.attentions[0]?.weights);
});

test('WebGPU cannot be forced where there is none', async () => {
  expect(await codeOf(open({}, { device: 'webgpu' }).analyze(request))).toBe('device-unavailable');
  client.setDevice('auto');
  expect(await codeOf(client.analyze(request))).toBe('resolved');
});

/** What happens to an installation, and how it is told. */
const damages: readonly (readonly [string, () => void])[] = [
  ['the WebAssembly is missing', () => rmSync(join(folder, engineFiles().wasm))],
  ['the WebAssembly is truncated', () => truncateSync(join(folder, engineFiles().wasm), 1 << 20)],
  ['the WebAssembly is empty', () => truncateSync(join(folder, engineFiles().wasm), 0)],
  ["the WebAssembly's script is missing", () => rmSync(join(folder, glue))],
  ["the worker's script is missing", () => rmSync(join(folder, engineFiles().worker))],
  [
    "the worker's script is truncated",
    () => truncateSync(join(folder, engineFiles().worker), 10_000),
  ],
];

test.each(damages)('%s: that is told, and repaired it works', async (_, damage) => {
  damage();
  const call = open().analyze(request);
  await expect(call).rejects.toMatchObject({
    code: 'runtime-missing',
    message: expect.stringMatching(/reinstall|did not start/i) as string,
  });
  repair();
  expect(await codeOf(client.analyze(request))).toBe('resolved');
});

test('an altered model is told, and repaired it is loaded by the same worker', async () => {
  const readModel = vi.fn(() => Promise.resolve(readTinyBert()));
  const altered = readTinyBert();
  new Uint8Array(altered.graphs.encoder)[20_000] = 1;
  readModel.mockResolvedValueOnce(altered);
  await expect(open({ readModel }).analyze(request)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('encoder.onnx') as string,
  });
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(handles).toHaveLength(1);
});

test('a worker that is killed while it runs fails the run and is replaced', async () => {
  await open().load('tiny-bert');
  const calls = Array.from({ length: 20 }, () => codeOf(client.analyze(request)));
  await settled();
  handles[0]?.end();
  const outcomes = await Promise.all(calls);
  expect(outcomes).toContain('worker-lost');
  expect(['resolved', 'worker-lost']).toEqual(expect.arrayContaining(outcomes));
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(handles).toHaveLength(2);
});

test('two analyses at once each get their own', async () => {
  const [one, two] = await Promise.all([
    open().analyze(request),
    client.analyze({ ...request, text: 'x' }),
  ]);
  expect([one.source.length, two.source.length]).toEqual([9, 3]);
});

test('of many requests that supersede each other only the last is run to its end', async () => {
  await open().load('tiny-bert');
  let previous = new AbortController();
  const calls = Array.from({ length: 10 }, (_, index) => {
    previous.abort();
    previous = new AbortController();
    const text = 'cat '.repeat(index + 1);
    return codeOf(client.analyze({ ...request, text }, { signal: previous.signal }));
  });
  expect(await Promise.all(calls)).toEqual([...Array<string>(9).fill('cancelled'), 'resolved']);
});

test('two threads give what one gives', async () => {
  const [one] = (await open().analyze(request)).attentions;
  client.end();
  const [two] = (await open({ threads: () => 2 }).analyze(request)).attentions;
  expect(two?.shape).toEqual(one?.shape);
  // Sums may be made in another order.
  const apart = one?.weights.map((weight, index) => Math.abs(weight - (two?.weights[index] ?? 2)));
  expect(Math.max(...(apart ?? [1]))).toBeLessThan(1e-6);
});

/** Where the system tells of the threads of a process. */
const threadsFolder = '/proc/self/task';

test.runIf(existsSync(threadsFolder))('a worker that has ended leaves no thread', async () => {
  const threads = () => readdirSync(threadsFolder).length;
  await open({ threads: () => 3 }).analyze(request);
  const running = threads();
  client.end();
  // The worker, and two that computed beside it.
  await vi.waitFor(() => expect(threads()).toBeLessThanOrEqual(running - 3), { timeout: 60_000 });
});
