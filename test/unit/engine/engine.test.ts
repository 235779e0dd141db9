import * as onnx from 'onnxruntime-web/wasm';
import * as fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveEngine } from '../../../src/engine/engine';
import type { EngineApi, EngineEvents, ModelFiles } from '../../../src/common/protocol/engine/api';
import { EngineError } from '../../../src/common/errors';
import type { Manifest } from '../../../src/common/protocol/manifest';
import { link, move, type Remote } from '../../../src/common/protocol/rpc';
import { portPair } from '../common/portPair';
import { readBuffer, readTiny, readTinyBert, root } from './modelFolder';
import { spyOnRuns } from './spyOnRuns';

const wasmPath = join(root, 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm');

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

let engine: Remote<EngineApi>;
let close: () => void;

beforeEach(() => {
  const ports = portPair();
  serveEngine(ports.far, onnx, () => Promise.resolve({ kind: 'none', reason: 'a test' }));
  const joined = link<EngineApi, EngineEvents>(ports.near, {
    alive: () => undefined,
    deviceLost: () => undefined,
    gpuFault: () => undefined,
    scored: () => undefined,
    ablated: () => undefined,
    lensed: () => undefined,
    token: () => undefined,
  });
  engine = joined.remote;
  close = () => {
    joined.close();
    ports.close();
  };
});
afterEach(() => {
  vi.restoreAllMocks();
  close();
});

const start = () => engine.start({ wasm: readBuffer(wasmPath), device: 'auto' });
const load = (files: ModelFiles = readTinyBert()) => engine.load(files);
const request = { modelId: 'tiny-bert', text: 'The cat sat on the mat.' };
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'resolved',
    (error: unknown) => (EngineError.is(error) ? error.code : String(error)),
  );

test('the device in use is told with its reason', async () => {
  expect(await start()).toEqual({ device: 'wasm', reason: 'a test' });
  expect(await load()).toMatchObject({ device: 'wasm', reason: 'a test' });
});

test('the owner of the engine may have a reason of its own', async () => {
  const wasm = readBuffer(wasmPath);
  expect(await engine.start({ wasm, device: 'wasm', reason: 'WebGPU was lost' })).toEqual({
    device: 'wasm',
    reason: 'WebGPU was lost',
  });
});

test('WebGPU that is demanded and not there is an error', async () => {
  const wasm = readBuffer(wasmPath);
  await expect(engine.start({ wasm, device: 'webgpu' })).rejects.toMatchObject({
    code: 'device-unavailable',
    message: expect.stringContaining('a test') as string,
  });
});

describe('a tokenizer alone', () => {
  test.each(['tiny-bert', 'tiny-transformer', 'tiny-gpt2'])(
    'cuts as the whole model of %s does, before anything is started',
    async modelId => {
      await engine.loadTokenizer(readTiny(modelId));
      const asked = { modelId, text: request.text, stepsOf: 'all' } as const;
      const alone = await engine.tokenize(asked);
      await start();
      await load(readTiny(modelId));
      expect(alone.tokens.length).toBeGreaterThan(4);
      expect(await engine.tokenize(asked)).toEqual(alone);
    },
  );

  test('is refused when its file was altered, and then cuts nothing', async () => {
    const files = readTinyBert();
    new Uint8Array(files.tokenizer)[100] = 0x20;
    expect(await codeOf(engine.loadTokenizer(files))).toBe('model-invalid');
    expect(await codeOf(engine.tokenize(request))).toBe('model-not-loaded');
  });

  test('tells no steps unless it is asked', async () => {
    await engine.loadTokenizer(readTinyBert());
    expect((await engine.tokenize(request)).detail).toBeUndefined();
  });
});

describe('an analysis', () => {
  beforeEach(async () => {
    await start();
    await load();
  });

  test('gives attention whose rows sum to 1, for every layer and head', async () => {
    const { source, attentions, hiddenStates, window, dropped, device, runMs, ...rest } =
      await engine.analyze(request);
    const [attention] = attentions;
    const S = source.length;
    expect(attention).toMatchObject({ kind: 'encoder', shape: [2, 4, S, S] });
    expect(attention?.weights).toHaveLength(2 * 4 * S * S);
    for (let row = 0; row < 2 * 4 * S; row++) {
      const weights = Array.from(attention?.weights.subarray(row * S, (row + 1) * S) ?? []);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    }
    expect(hiddenStates).toBeUndefined();
    expect(window).toEqual({ start: 0, count: S - 2, total: S - 2 });
    expect([dropped, device]).toEqual([0, 'wasm']);
    expect(runMs).toBeGreaterThan(0);
    expect(rest).toEqual({ modelId: 'tiny-bert', target: [], candidates: [] });
  });

  test('gives hidden states when asked for, and leaves attention out when asked to', async () => {
    const { source, attentions, hiddenStates } = await engine.analyze({
      ...request,
      hiddenStates: true,
      attention: false,
    });
    expect(attentions).toEqual([]);
    expect(hiddenStates?.shape).toEqual([3, source.length, 32]);
    expect(hiddenStates?.values).toHaveLength(3 * source.length * 32);
  });

  test('of a window is that of its text alone, but for the offsets', async () => {
    const long = 'cat '.repeat(60);
    const { source, window, dropped } = await engine.analyze({
      modelId: 'tiny-bert',
      text: long,
      windowStart: 20,
    });
    expect(window).toEqual({ start: 20, count: 30, total: 60 });
    expect(dropped).toBe(30);
    expect(source).toHaveLength(32);
    expect(source[1]).toMatchObject({ start: 80, end: 83, word: 20 });
  });

  test('of a pair knows its second sentence', async () => {
    const segments: number[][] = [];
    spyOnRuns(({ token_type_ids: types }) => {
      segments.push(Array.from(types?.data as BigInt64Array, Number));
    });
    await load(readTinyBert());
    segments.length = 0;
    const pair = { modelId: 'tiny-bert', text: 'the cat', textPair: 'the mat' };
    expect((await engine.analyze(pair)).source.map(({ text }) => text).join(' ')).toBe(
      '[CLS] the cat [SEP] the mat [SEP]',
    );
    expect(segments).toEqual([[0, 0, 0, 0, 1, 1, 1]]);
    // What is typed parts no sentences.
    const { source } = await engine.analyze({ ...pair, text: 'a [SEP] b', textPair: undefined });
    expect(source.filter(({ text }) => text === '[SEP]')).toHaveLength(1);
    expect(new Set(segments[1])).toEqual(new Set([0]));
  });

  test('is the same each time, also of several at once', async () => {
    const texts = ['the cat', 'a much longer text of the cat', 'x'];
    const alone = [];
    for (const text of texts) {
      alone.push(await engine.analyze({ modelId: 'tiny-bert', text }));
    }
    const together = await Promise.all(
      texts.map(text => engine.analyze({ modelId: 'tiny-bert', text })),
    );
    expect(together.map(({ attentions }) => attentions)).toEqual(
      alone.map(({ attentions }) => attentions),
    );
  });

  test.each([
    ['an empty text', { ...request, text: ' ' }, 'input-empty'],
    ['a text beyond all windows', { ...request, text: 'a'.repeat(100_001) }, 'input-too-long'],
    ['a translation', { ...request, targetText: 'le chat' }, 'input-invalid'],
    ['half a candidate', { ...request, top: 0.5 }, 'input-invalid'],
    ['a model that is not loaded', { ...request, modelId: 'gpt2' }, 'model-not-loaded'],
  ])('of %s fails, and the next succeeds', async (_, wrong, code) => {
    expect(await codeOf(engine.analyze(wrong))).toBe(code);
    expect(await codeOf(engine.analyze(request))).toBe('resolved');
  });

  test('has no candidates without a head, and with one as many as are asked for', async () => {
    expect((await engine.analyze({ ...request, top: 3 })).candidates).toEqual([]);
    await load(readTiny('tiny-masked-bert'));
    const masked = { modelId: 'tiny-masked-bert', text: 'The [MASK] sat.' };
    const { source, candidates } = await engine.analyze({ ...masked, top: 3 });
    expect(candidates.map(row => row.length)).toEqual(source.map(() => 3));
    expect((await engine.analyze(masked)).candidates).toEqual([]);
  });

  test('tokens are masked by their places, several at once, and keep them', async () => {
    await load(readTiny('tiny-masked-bert'));
    const text = 'The cat sat on the mat.';
    const plain = { modelId: 'tiny-masked-bert', text, top: 3 };
    const whole = await engine.analyze(plain);
    const masked = [2, 5];
    const {
      source,
      candidates,
      maskedRanks: standings,
    } = await engine.analyze({ ...plain, masked });
    for (const [index, token] of source.entries()) {
      const before = whole.source[index];
      const isMasked = masked.includes(index);
      expect(token).toEqual(isMasked ? { ...before, id: token.id, text: '[MASK]' } : before);
    }
    const typed = await engine.analyze({ ...plain, text: 'The [MASK] sat on' });
    expect(typed.source[2]?.id).toBe(source[2]?.id);
    expect(candidates[2]).toHaveLength(3);
    expect(candidates[2]).not.toEqual(whole.candidates[2]);
    // What stands in the text there has its place among all candidates.
    const vocabulary = { ...plain, masked, top: 268 };
    const all = await engine.analyze(vocabulary);
    for (const [place, index] of masked.entries()) {
      const rank = all.candidates[index]!.findIndex(({ id }) => id === whole.source[index]!.id);
      const { probability } = all.candidates[index]![rank]!;
      expect(standings?.[place]).toEqual({ rank: rank + 1, probability });
    }
    expect(whole.maskedRanks).toBeUndefined();
    // A special token stands for no character of the text.
    for (const wrong of [0, source.length - 1, source.length, -1, 1.5]) {
      expect(await codeOf(engine.analyze({ ...plain, masked: [wrong] }))).toBe('input-invalid');
    }
    await load(readTinyBert());
    const without = engine.analyze({ modelId: 'tiny-bert', text, masked: [1] });
    await expect(without).rejects.toThrow('without the head that fills a mask');
  });

  test('that was cancelled before its turn does not run', async () => {
    const run = vi.spyOn(onnx.InferenceSession, 'create');
    const controller = new AbortController();
    const first = engine.analyze(request);
    const second = engine.analyze(request, { signal: controller.signal });
    controller.abort();
    expect(await codeOf(second)).toBe('cancelled');
    expect(await codeOf(first)).toBe('resolved');
    expect(run).not.toHaveBeenCalled();
  });

  test('of whatever is sent instead of a request fails, and the next succeeds', async () => {
    const anything = engine as unknown as Record<string, (arg: unknown) => Promise<unknown>>;
    const field = fc.constantFrom('text', 'textPair', 'windowStart', 'modelId');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.jsonValue(),
          fc.tuple(field, fc.jsonValue()).map(([name, value]) => ({ ...request, [name]: value })),
        ),
        async arg => {
          await codeOf(anything['analyze']?.(arg) ?? Promise.resolve());
          await codeOf(anything['load']?.(arg) ?? Promise.resolve());
          expect(await codeOf(engine.analyze(request))).toBe('resolved');
        },
      ),
      { numRuns: 30 },
    );
  });

  test('is gone with its model', async () => {
    await engine.unload({ modelId: 'tiny-bert' });
    expect(await codeOf(engine.analyze(request))).toBe('model-not-loaded');
    await load();
    expect(await codeOf(engine.analyze(request))).toBe('resolved');
  });
});

test('ONNX Runtime never has two calls in flight', async () => {
  await start();
  let inFlight = 0;
  const alone = <T>(call: () => Promise<T>) => {
    expect(++inFlight).toBe(1);
    return call().finally(() => inFlight--);
  };
  const { create } = onnx.InferenceSession;
  vi.spyOn(onnx.InferenceSession, 'create').mockImplementation(async (...args: unknown[]) => {
    // The mock must take every overload; the arguments go on as they came.
    const session = await alone(() =>
      (create as (...all: unknown[]) => Promise<onnx.InferenceSession>)(...args),
    );
    const run = session.run.bind(session);
    session.run = (...all: unknown[]) =>
      alone(() =>
        (run as (...all: unknown[]) => Promise<onnx.InferenceSession.ReturnType>)(...all),
      );
    const release = session.release.bind(session);
    session.release = () => alone(release);
    return session;
  });
  const files = (id: string) => readTinyBert({ id });
  await Promise.all([load(files('a')), load(files('b')), load(files('a'))]);
  const calls = [1, 2, 3].map(() => engine.analyze({ ...request, modelId: 'a' }));
  calls.push(engine.analyze({ ...request, modelId: 'b' }));
  const unload = engine.unload({ modelId: 'b' });
  await Promise.all([...calls, unload, load(files('a'))]);
  expect(inFlight).toBe(0);
});

describe('a manifest that lies about', () => {
  const lies: readonly (readonly [string, Partial<Manifest>, RegExp])[] = [
    ['its layers', { layers: 3 }, /Graph output .* does not exist in the graph/],
    ['its heads', { heads: 8 }, /invalid dimensions for input: head_gates/],
    ['its hidden size', { hiddenSize: 64 }, /hidden states of the shape \[3, 1, 2, 64\]/],
    ['its context', { contextLength: 64 }, /cannot do what its manifest promises/],
    ['its vocabulary', { vocabSize: 500 }, /cannot do what its manifest promises/],
    ['its tokenizer', { vocabSize: 200 }, /promises 200 tokens; its tokenizer has 268/],
    [
      'its family',
      { family: 'decoder-only' },
      /family decoder-only with the architecture bert cannot be run/,
    ],
  ];

  beforeEach(start);

  test.each(lies)('%s is refused, and the true one is loaded', async (_, changes, message) => {
    const lying = load(readTinyBert(changes));
    await expect(lying).rejects.toThrow(message);
    await expect(lying).rejects.toMatchObject({ code: 'model-invalid' });
    expect(await codeOf(load())).toBe('resolved');
  });

  test('its graphs is refused with both lists', async () => {
    const files = readTinyBert();
    const identity = Uint8Array.from(
      atob(
        'CAcSADo3ChAKAXgSAXkiCElkZW50aXR5EgFwWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQDQ==',
      ),
      character => character.charCodeAt(0),
    ).buffer;
    const digest = await crypto.subtle.digest('SHA-256', identity);
    const encoder = {
      path: 'encoder.onnx',
      bytes: identity.byteLength,
      sha256: Buffer.from(digest).toString('hex'),
    };
    const manifest = {
      ...files.manifest,
      files: { ...files.manifest.files, graphs: { encoder } },
    };
    const lying = load({ ...files, manifest, graphs: { encoder: identity } });
    await expect(lying).rejects.toThrow(
      /lacks the inputs input_ids, .* needs input_ids, .*; the graph has x\./,
    );
  });
});

test('a damaged graph with a matching checksum is refused', async () => {
  await start();
  const files = readTinyBert();
  const broken = files.graphs.encoder.slice(0);
  new Uint8Array(broken).fill(255, 100, 400);
  const digest = await crypto.subtle.digest('SHA-256', broken);
  const encoder = {
    ...files.manifest.files.graphs['encoder'],
    path: 'encoder.onnx',
    bytes: broken.byteLength,
    sha256: Buffer.from(digest).toString('hex'),
  };
  const manifest = { ...files.manifest, files: { ...files.manifest.files, graphs: { encoder } } };
  expect(await codeOf(load({ ...files, manifest, graphs: { encoder: broken } }))).toBe(
    'model-invalid',
  );
  expect(await codeOf(load())).toBe('resolved');
});

test('an engine that was not started says so', async () => {
  expect(await codeOf(load())).toBe('internal');
  expect(await codeOf(engine.analyze(request))).toBe('model-not-loaded');
});

test('attention is moved, not copied', async () => {
  await start();
  const { near, far, close: closePorts } = portPair();
  const transferred: number[] = [];
  serveEngine(
    {
      ...far,
      post: (message, transfer = []) => {
        transferred.push(...transfer.map(({ byteLength }) => byteLength));
        far.post(message, transfer);
      },
    },
    onnx,
    () => Promise.resolve({ kind: 'none', reason: 'a test' }),
  );
  const joined = link<EngineApi, EngineEvents>(near, {
    alive: () => undefined,
    deviceLost: () => undefined,
    gpuFault: () => undefined,
    scored: () => undefined,
    ablated: () => undefined,
    lensed: () => undefined,
    token: () => undefined,
  });
  const wasm = readBuffer(wasmPath);
  await joined.remote.start(move({ wasm, device: 'wasm' }, [wasm]));
  await joined.remote.load(readTinyBert());
  const { source } = await joined.remote.analyze({ ...request, hiddenStates: true });
  const S = source.length;
  expect(transferred).toEqual([2 * 4 * S * S * 4, 3 * S * 32 * 4]);
  joined.close();
  closePorts();
});
