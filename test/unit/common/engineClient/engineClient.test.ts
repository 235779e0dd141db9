import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AblationReport } from '../../../../src/common/protocol/engine/ablate';
import type { ComputedColumn, LensGrid } from '../../../../src/common/protocol/engine/lens';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { EngineApi, EngineEvents } from '../../../../src/common/protocol/engine/api';
import type { Classification } from '../../../../src/common/protocol/engine/classify';
import type { Generation } from '../../../../src/common/protocol/engine/generate';
import type { Prediction } from '../../../../src/common/protocol/engine/predict';
import type { Score } from '../../../../src/common/protocol/engine/score';
import type { DevicePreference } from '../../../../src/common/protocol/engine/types';
import {
  EngineClient,
  type EngineClientOptions,
} from '../../../../src/common/engineClient/engineClient';
import { EngineError } from '../../../../src/common/errors';
import { link, type Handlers, type Link } from '../../../../src/common/protocol/rpc';
import type { EngineRuntime } from '../../../../src/common/engineClient/runningEngine';
import { portPair, settled } from '../portPair';

/** A worker that answers at once, unless told otherwise, and the runtime that starts it. */
function setUp(
  handlers: Partial<Handlers<EngineApi>> = {},
  options: Partial<EngineClientOptions> = {},
) {
  const workers: FakeWorker[] = [];
  const runtime: EngineRuntime = {
    startWorker: vi.fn(() => {
      const worker = startFakeWorker(handlers);
      workers.push(worker);
      return Promise.resolve(worker.handle);
    }),
    readWasm: vi.fn(() => Promise.resolve(new ArrayBuffer(8))),
    readTokenizer: vi.fn((id: string) =>
      Promise.resolve({ manifest: { ...manifest, id }, tokenizer: new ArrayBuffer(4) }),
    ),
    readModel: vi.fn((id: string) =>
      Promise.resolve({
        manifest: { ...manifest, id },
        tokenizer: new ArrayBuffer(4),
        graphs: { encoder: new ArrayBuffer(4) },
      }),
    ),
  };
  const client = new EngineClient(runtime, { device: 'auto', ...options });
  clients.push(client);
  return { client, runtime, workers };
}

const clients: EngineClient[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) {
    client.end();
  }
});

interface FakeWorker {
  readonly handle: Awaited<ReturnType<EngineRuntime['startWorker']>>;
  readonly link: Link<EngineEvents>;
  readonly end: ReturnType<typeof vi.fn>;
  readonly startedOn: DevicePreference[];
  exit(reason: string): void;
}

function startFakeWorker(handlers: Partial<Handlers<EngineApi>>): FakeWorker {
  const { near, far, close } = portPair();
  const exits: ((reason: string) => void)[] = [];
  const startedOn: DevicePreference[] = [];
  const end = vi.fn(close);
  const joined = link<EngineEvents, EngineApi>(far, {
    start: ({ device, reason }) => {
      startedOn.push(device);
      return device === 'wasm'
        ? { device, reason: reason ?? 'chosen' }
        : { device: 'webgpu', reason: 'an adapter' };
    },
    load: () => ({ device: 'wasm', reason: 'chosen', loadMs: 1 }),
    unload: () => undefined,
    loadTokenizer: () => undefined,
    tokenize: ({ modelId }) => ({ modelId, tokens: [] }),
    analyze: ({ modelId }) => ({ ...analysis, modelId }),
    generate: ({ modelId }) => ({ ...generation, modelId }),
    score: ({ modelId }) => ({ ...score, modelId }),
    predict: ({ modelId }) => ({ ...prediction, modelId }),
    classify: ({ modelId }) => ({ ...classification, modelId }),
    ablate: ({ modelId }) => ({ ...ablation, modelId }),
    lens: ({ modelId }) => ({ ...lensGrid, modelId }),
    spell: ({ ids }) => ids.map(id => ({ text: String(id), bytes: [], isSpecial: false })),
    ...handlers,
  });
  return {
    handle: { port: near, onExit: listener => exits.push(listener), end },
    link: joined,
    end,
    startedOn,
    exit: reason => {
      for (const listener of exits) {
        listener(reason);
      }
    },
  };
}

const manifest = {
  id: 'bert',
  name: 'BERT',
  year: 2018,
  family: 'encoder-only',
  architecture: 'bert',
  layers: 1,
  heads: 1,
  hiddenSize: 1,
  vocabSize: 1,
  contextLength: 8,
  parameters: 1,
  license: 'MIT',
  files: { tokenizer: { path: 'tokenizer.json', bytes: 4, sha256: '' }, graphs: {} },
} as const;

const place = {
  window: { start: 0, count: 0, total: 0 },
  dropped: 0,
  device: 'wasm',
  runMs: 1,
} as const;

const generation: Generation = {
  modelId: 'bert',
  prompt: '',
  source: [],
  target: [],
  text: '',
  logProbabilities: [],
  logProbability: 0,
  finish: 'length',
  hypotheses: [],
  candidates: [],
  attentions: [],
  ...place,
};

const score: Score = {
  modelId: 'bert',
  tokens: [],
  logProbabilities: [],
  ranks: [],
  candidates: [],
  contextSizes: [],
  logProbability: 0,
  bitsPerByte: 0,
  perplexity: 1,
  computed: 0,
  ...place,
};

const classification: Classification = {
  modelId: '',
  source: [],
  probabilities: [0.25, 0.75],
  omissions: [],
  dropped: 0,
  device: 'wasm',
  runMs: 1,
};
const ablation: AblationReport = {
  modelId: 'tiny-bert',
  source: [],
  target: [],
  places: [],
  before: [],
  effects: [],
  window: { start: 0, count: 0, total: 0 },
  dropped: 0,
  device: 'wasm',
  runMs: 1,
};
const lensGrid: LensGrid = {
  ...{ modelId: 'bert', source: [], text: '', first: 0, columns: [], vocabSize: 1 },
  ...place,
};
const prediction: Prediction = {
  modelId: 'bert',
  source: [],
  text: '',
  logits: { shape: [1, 1], values: new Float32Array(1) },
  candidates: [],
  computed: 0,
  ...place,
};

const analysis: Analysis = {
  modelId: 'bert',
  source: [],
  target: [],
  attentions: [],
  candidates: [],
  window: { start: 0, count: 0, total: 0 },
  dropped: 0,
  device: 'wasm',
  runMs: 1,
};

const request = { modelId: 'bert', text: 'the cat' };
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'resolved',
    (error: unknown) => (EngineError.is(error) ? error.code : String(error)),
  );
/** The owner ends the worker before it answers. */
const loseDevice = (worker: FakeWorker | undefined, reason: string) =>
  void worker?.link.remote.deviceLost({ reason }).catch(() => undefined);
const never = () => new Promise<never>(() => {});

test('the worker starts with the first request and not before', async () => {
  const { client, runtime } = setUp();
  await settled();
  expect(runtime.startWorker).not.toHaveBeenCalled();
  expect(await client.analyze(request)).toMatchObject({ modelId: 'bert' });
  expect(runtime.startWorker).toHaveBeenCalledOnce();
});

test('requests at once share one worker and load a model once', async () => {
  const { client, runtime } = setUp();
  await Promise.all([
    client.analyze(request),
    client.tokenize(request),
    client.load('bert'),
    client.analyze({ ...request, modelId: 'gpt2' }),
  ]);
  expect(runtime.startWorker).toHaveBeenCalledOnce();
  expect(vi.mocked(runtime.readModel).mock.calls).toEqual([['bert'], ['gpt2']]);
});

test('text is cut with the tokenizer alone: no model is read, no WebAssembly started', async () => {
  const { client, runtime, workers } = setUp();
  await Promise.all([client.tokenize(request), client.tokenize(request)]);
  await client.tokenize(request);
  expect(vi.mocked(runtime.readTokenizer).mock.calls).toEqual([['bert']]);
  expect(runtime.readModel).not.toHaveBeenCalled();
  expect(runtime.readWasm).not.toHaveBeenCalled();
  await client.analyze(request);
  expect(workers).toHaveLength(1);
  expect(workers[0]?.startedOn).toEqual(['auto']);
});

test('a tokenizer that cannot be read fails the request alone and is read again', async () => {
  const { client, runtime, workers } = setUp();
  vi.mocked(runtime.readTokenizer).mockRejectedValueOnce(new Error('EIO'));
  expect(await codeOf(client.tokenize(request))).toBe('model-missing');
  expect(await codeOf(client.tokenize(request))).toBe('resolved');
  expect(workers).toHaveLength(1);
});

test('a worker that has cut text and stops is lost, not missing', async () => {
  const { client, workers } = setUp({ tokenize: never });
  const call = codeOf(client.tokenize(request));
  await settled();
  workers[0]?.exit('killed');
  expect(await call).toBe('worker-lost');
});

test('the device and the loaded models can be seen, and their changes heard', async () => {
  const onChange = vi.fn();
  const { client } = setUp({}, { onChange });
  expect(client.device).toBeUndefined();
  await client.analyze(request);
  expect(client.device).toEqual({ device: 'webgpu', reason: 'an adapter' });
  expect([...client.loads.keys()]).toEqual(['bert']);
  expect(onChange).toHaveBeenCalled();
});

test('the buffers of a model are moved to the worker', async () => {
  const { client, runtime } = setUp();
  const tokenizer = new ArrayBuffer(4);
  vi.mocked(runtime.readModel).mockResolvedValueOnce({ manifest, tokenizer, graphs: {} });
  await client.load('bert');
  expect(tokenizer.byteLength).toBe(0);
});

test('a failed start is told with its cause and forgotten', async () => {
  const { client, runtime } = setUp();
  vi.mocked(runtime.startWorker).mockRejectedValueOnce(new Error('no such file'));
  await expect(client.analyze(request)).rejects.toMatchObject({
    code: 'runtime-missing',
    message: expect.stringContaining('no such file') as string,
  });
  expect(await codeOf(client.analyze(request))).toBe('resolved');
});

test('a worker is not left behind when its WebAssembly cannot be read', async () => {
  const { client, runtime, workers } = setUp();
  vi.mocked(runtime.readWasm).mockRejectedValueOnce(new Error('gone'));
  expect(await codeOf(client.analyze(request))).toBe('runtime-missing');
  expect(workers[0]?.end).toHaveBeenCalled();
  expect(await codeOf(client.analyze(request))).toBe('resolved');
});

test.each(['startWorker', 'readWasm', 'readModel'] as const)(
  'a runtime whose %s throws at once fails like one that rejects',
  async method => {
    const { client, runtime } = setUp();
    vi.mocked(runtime[method]).mockImplementationOnce(() => {
      throw new Error('at once');
    });
    expect(await codeOf(client.analyze(request))).toMatch(/-missing$/);
    expect(await codeOf(client.analyze(request))).toBe('resolved');
  },
);

test('a worker that dies before its WebAssembly has been read is not waited for', async () => {
  const { client, runtime, workers } = setUp();
  vi.mocked(runtime.readWasm).mockImplementationOnce(async () => {
    await settled();
    workers[0]?.exit('a syntax error');
    return new ArrayBuffer(8);
  });
  await expect(client.analyze(request)).rejects.toMatchObject({
    code: 'runtime-missing',
    message: expect.stringContaining('a syntax error') as string,
  });
  expect(workers[0]?.end).toHaveBeenCalled();
});

test('a worker that dies while it starts is told as an engine that did not start', async () => {
  const { client, workers } = setUp({ start: never });
  const call = codeOf(client.analyze(request));
  await settled();
  workers[0]?.exit('a syntax error');
  expect(await call).toBe('runtime-missing');
});

test('an engine that refuses to start is ended, and started anew by the next request', async () => {
  const start = vi
    .fn<Handlers<EngineApi>['start']>()
    .mockRejectedValueOnce(new EngineError('device-unavailable', 'no adapter'))
    .mockResolvedValue({ device: 'webgpu', reason: 'chosen' });
  const { client, workers } = setUp({ start }, { device: 'webgpu' });
  expect(await codeOf(client.analyze(request))).toBe('device-unavailable');
  expect(workers[0]?.end).toHaveBeenCalled();
  expect(await codeOf(client.analyze(request))).toBe('resolved');
});

test('where several threads do not start, one is used, and nobody notices', async () => {
  const threadsOfStarts: (number | undefined)[] = [];
  const { client, runtime, workers } = setUp({
    start: ({ threads }) => {
      threadsOfStarts.push(threads);
      if (threads !== 1) {
        throw new EngineError('runtime-missing', 'no thread can be started');
      }
      return { device: 'wasm', reason: 'chosen' };
    },
  });
  runtime.threads = () => 4;
  const texts = ['a', 'b'].map(text => client.analyze({ modelId: 'bert', text }));
  expect(await Promise.all(texts)).toHaveLength(2);
  client.end();
  await client.analyze({ modelId: 'bert', text: 'c' });
  expect(threadsOfStarts).toEqual([4, 1, 1]);
  expect(workers).toHaveLength(3);
});

test('each start of a worker asks how many threads there are to be', async () => {
  const threadsOfStarts: (number | undefined)[] = [];
  const { client, runtime } = setUp({
    start: ({ threads }) => {
      threadsOfStarts.push(threads);
      return { device: 'wasm', reason: 'chosen' };
    },
  });
  let threads = 2;
  runtime.threads = () => threads;
  await client.load('bert');
  threads = 3;
  await client.load('bert');
  client.end();
  await client.load('bert');
  expect(threadsOfStarts).toEqual([2, 3]);
});

test('a failed load is forgotten and leaves the worker', async () => {
  const { client, runtime } = setUp();
  vi.mocked(runtime.readModel).mockRejectedValueOnce(new Error('EIO'));
  expect(await codeOf(client.analyze(request))).toBe('model-missing');
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(runtime.startWorker).toHaveBeenCalledOnce();
});

test('an error of the engine keeps its code and leaves the worker', async () => {
  const analyze = vi
    .fn<Handlers<EngineApi>['analyze']>()
    .mockRejectedValueOnce(new EngineError('input-empty', 'Select some words.'))
    .mockResolvedValue(analysis);
  const { client, runtime } = setUp({ analyze });
  expect(await codeOf(client.analyze(request))).toBe('input-empty');
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(runtime.startWorker).toHaveBeenCalledOnce();
});

test('a lost worker fails what is pending and is replaced', async () => {
  let isFirst = true;
  const analyze = () => (isFirst ? never() : analysis);
  const { client, workers } = setUp({ analyze });
  const call = codeOf(client.analyze(request));
  await settled();
  isFirst = false;
  workers[0]?.exit('exit code 1');
  expect(await call).toBe('worker-lost');
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(workers).toHaveLength(2);
});

test('the late exit of a replaced worker does not end its successor', async () => {
  const { client, workers } = setUp();
  await client.analyze(request);
  workers[0]?.exit('first');
  await client.analyze(request);
  workers[0]?.exit('again');
  await client.analyze(request);
  expect(workers).toHaveLength(2);
});

test('what a worker has answered while this side was held up is heard before the worker is ended', async () => {
  let hasHeldUp = false;
  const { client, workers } = setUp(
    {
      analyze: () => {
        setImmediate(() => {
          // The answer is under way; far more than the time that it had passes at once.
          const until = performance.now() + 300;
          while (performance.now() < until) {
            // As when the machine sleeps, or an extension blocks the host.
          }
          hasHeldUp = true;
        });
        return analysis;
      },
    },
    { maxSilenceMs: 200 },
  );
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(hasHeldUp).toBe(true);
  expect(workers[0]?.end).not.toHaveBeenCalled();
});

describe('as time goes by,', () => {
  beforeEach(() => {
    // Messages go through true channels, which need no timer.
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
  });
  const pass = async (ms: number) => {
    await settled();
    vi.advanceTimersByTime(ms);
    await settled();
  };

  test('a hung worker is ended and replaced', async () => {
    let isFirst = true;
    const { client, workers } = setUp(
      { analyze: () => (isFirst ? never() : analysis) },
      { maxSilenceMs: 60 },
    );
    const call = codeOf(client.analyze(request));
    await pass(59);
    expect(workers[0]?.end).not.toHaveBeenCalled();
    await pass(1);
    expect(workers[0]?.end).toHaveBeenCalled();
    expect(await call).toBe('worker-lost');
    isFirst = false;
    expect(await codeOf(client.analyze(request))).toBe('resolved');
  });

  test('a worker that hangs while it starts is ended too', async () => {
    const { client, workers } = setUp({ start: never }, { maxSilenceMs: 60 });
    const call = codeOf(client.analyze(request));
    await pass(60);
    expect(await call).toBe('worker-lost');
    expect(workers[0]?.end).toHaveBeenCalled();
  });

  test('a hung worker is ended although its callers gave up', async () => {
    const { client, workers } = setUp({ analyze: never }, { maxSilenceMs: 60 });
    for (let attempt = 0; attempt < 3; attempt++) {
      const controller = new AbortController();
      const call = codeOf(client.analyze(request, { signal: controller.signal }));
      await pass(10);
      controller.abort();
      expect(await call).toBe('cancelled');
      await pass(5);
    }
    // That others came and went in between has granted it no more time.
    expect(workers[0]?.end).not.toHaveBeenCalled();
    await pass(15);
    expect(workers[0]?.end).toHaveBeenCalled();
  });

  test('a call that was given up before it was sent is owed by nobody', async () => {
    let answer = (_: Analysis): void => undefined;
    const { client, runtime, workers } = setUp(
      { analyze: () => new Promise(resolve => (answer = resolve)) },
      { maxSilenceMs: 60 },
    );
    await client.load('bert');
    let read = (): void => undefined;
    vi.mocked(runtime.readTokenizer).mockImplementationOnce(
      id =>
        new Promise(resolve => {
          read = () => resolve({ manifest: { ...manifest, id }, tokenizer: new ArrayBuffer(4) });
        }),
    );
    const controller = new AbortController();
    const givenUp = codeOf(
      client.tokenize({ modelId: 'other', text: 'a' }, { signal: controller.signal }),
    );
    controller.abort();
    expect(await givenUp).toBe('cancelled');
    await settled();
    read();
    await pass(59);
    const slow = codeOf(client.analyze(request));
    await pass(59);
    expect(workers[0]?.end).not.toHaveBeenCalled();
    answer(analysis);
    expect(await slow).toBe('resolved');
  });

  test('a worker that has answered may be silent', async () => {
    const { client, workers } = setUp({}, { maxSilenceMs: 60 });
    await client.analyze(request);
    await pass(600);
    expect(workers[0]?.end).not.toHaveBeenCalled();
  });

  test('a worker that answers others may take its time for one', async () => {
    const { client } = setUp(
      { analyze: ({ text }) => (text === 'slow' ? never() : analysis) },
      { maxSilenceMs: 60 },
    );
    const slow = codeOf(client.analyze({ ...request, text: 'slow' }));
    for (let other = 0; other < 4; other++) {
      await pass(40);
      expect(await codeOf(client.analyze(request))).toBe('resolved');
    }
    await pass(60);
    expect(await slow).toBe('worker-lost');
  });

  test('reading a model may take as long as it needs', async () => {
    const { client, runtime } = setUp({}, { maxSilenceMs: 60 });
    vi.mocked(runtime.readModel).mockImplementationOnce(
      () =>
        new Promise(resolve => {
          setTimeout(() => resolve({ manifest, tokenizer: new ArrayBuffer(4), graphs: {} }), 1000);
        }),
    );
    const call = codeOf(client.analyze(request));
    await pass(1000);
    expect(await call).toBe('resolved');
  });

  test('an idle worker is ended, and the next request starts another', async () => {
    const { client, workers } = setUp({}, { lingerMs: 40 });
    await client.analyze(request);
    await pass(39);
    await client.analyze(request);
    await pass(39);
    expect(workers[0]?.end).not.toHaveBeenCalled();
    await pass(1);
    expect(workers[0]?.end).toHaveBeenCalled();
    expect(client.loads.size).toBe(0);
    expect(await codeOf(client.analyze(request))).toBe('resolved');
    expect(workers).toHaveLength(2);
  });

  test('a worker that is busy is not idle, however long it takes', async () => {
    let finish = (_: Analysis): void => undefined;
    const analyze = () =>
      new Promise<Analysis>(resolve => {
        finish = resolve;
      });
    const { client, workers } = setUp({ analyze }, { lingerMs: 20 });
    const call = codeOf(client.analyze(request));
    await pass(1000);
    finish(analysis);
    expect(await call).toBe('resolved');
    expect(workers).toHaveLength(1);
  });
});

describe('memory', () => {
  const setUpSlow = () => {
    const finishing: ((_: Analysis) => void)[] = [];
    const analyze = () => new Promise<Analysis>(resolve => finishing.push(resolve));
    const finish = () => finishing.shift()?.(analysis);
    return { ...setUp({ analyze }), finish };
  };

  test('is given back by an engine that is idle; the model comes back', async () => {
    const { client, workers, runtime, finish } = setUpSlow();
    const first = codeOf(client.analyze(request));
    await settled();
    finish();
    expect(await first).toBe('resolved');
    client.release();
    expect(workers[0]?.end).toHaveBeenCalled();
    expect(client.loads.size).toBe(0);

    const second = codeOf(client.analyze(request));
    await settled();
    finish();
    expect(await second).toBe('resolved');
    expect(runtime.readModel).toHaveBeenCalledTimes(2);
  });

  test('is given back by an engine at work when it has done it', async () => {
    const { client, workers, finish } = setUpSlow();
    const call = codeOf(client.analyze(request));
    await settled();
    client.release();
    expect(workers[0]?.end).not.toHaveBeenCalled();
    finish();
    expect(await call).toBe('resolved');
    expect(workers[0]?.end).toHaveBeenCalledTimes(1);
    expect(client.loads.size).toBe(0);
  });

  test('is given back though a text is cut meanwhile, for which no model is needed', async () => {
    const onUse = vi.fn();
    const finishing: ((_: Analysis) => void)[] = [];
    const analyze = () => new Promise<Analysis>(resolve => finishing.push(resolve));
    const { client, workers } = setUp({ analyze }, { onUse });
    const call = codeOf(client.analyze(request));
    await settled();
    client.release();
    await codeOf(client.tokenize({ modelId: 'm', text: 'a' }));
    finishing.shift()?.(analysis);
    expect(await call).toBe('resolved');
    expect(workers[0]?.end).toHaveBeenCalledTimes(1);
    expect(onUse).toHaveBeenCalledTimes(1);
  });

  test('is kept by an engine that is used again meanwhile', async () => {
    const { client, workers, finish } = setUpSlow();
    const first = codeOf(client.analyze(request));
    await settled();
    client.release();
    const second = codeOf(client.analyze(request));
    await settled();
    finish();
    await settled();
    finish();
    expect([await first, await second]).toEqual(['resolved', 'resolved']);
    expect(workers[0]?.end).not.toHaveBeenCalled();
  });
});

test('a text is cut while the rest of its model is still on its way', async () => {
  const { client, runtime } = setUp();
  vi.mocked(runtime.readModel).mockReturnValueOnce(new Promise(() => undefined));
  void codeOf(client.analyze(request));
  expect(await codeOf(client.tokenize({ modelId: 'bert', text: 'The cat' }))).toBe('resolved');
});

test('cancelling a request while its model loads leaves the load to others', async () => {
  let finish = (): void => undefined;
  const loading = new Promise<void>(resolve => {
    finish = resolve;
  });
  const analyze = vi.fn<Handlers<EngineApi>['analyze']>(() => analysis);
  const { client } = setUp({
    load: () => loading.then(() => ({ device: 'wasm', reason: 'chosen', loadMs: 1 })),
    analyze,
  });
  const controller = new AbortController();
  const cancelled = codeOf(client.analyze(request, { signal: controller.signal }));
  const kept = codeOf(client.analyze(request));
  await settled();
  controller.abort();
  expect(await cancelled).toBe('cancelled');
  finish();
  expect(await kept).toBe('resolved');
  expect(analyze).toHaveBeenCalledOnce();
});

test('a request that was cancelled before it was made starts nothing', async () => {
  const { client, runtime } = setUp();
  expect(await codeOf(client.analyze(request, { signal: AbortSignal.abort() }))).toBe('cancelled');
  expect(runtime.startWorker).not.toHaveBeenCalled();
});

test('another device restarts the worker there', async () => {
  const { client, workers } = setUp();
  await client.analyze(request);
  client.setDevice('wasm');
  expect(client.device).toBeUndefined();
  await client.analyze(request);
  expect(workers.map(worker => worker.startedOn)).toEqual([['auto'], ['wasm']]);
  expect(client.device?.device).toBe('wasm');
  client.setDevice('wasm');
  await client.analyze(request);
  expect(workers).toHaveLength(2);
});

test('a change of device cancels what is pending', async () => {
  const { client } = setUp({ analyze: never });
  const call = codeOf(client.analyze(request));
  await settled();
  client.setDevice('wasm');
  expect(await call).toBe('cancelled');
});

test('a client that is ended while its worker starts leaves none behind', async () => {
  const { client, workers } = setUp();
  const call = codeOf(client.analyze(request));
  client.end();
  expect(await call).toBe('cancelled');
  await settled();
  expect(workers[0]?.end).toHaveBeenCalled();
});

test('under auto a lost GPU is replaced by WebAssembly, with the reason, and nobody notices', async () => {
  let isFirst = true;
  const { client, workers } = setUp({ analyze: () => (isFirst ? never() : analysis) });
  const call = codeOf(client.analyze(request));
  await settled();
  isFirst = false;
  loseDevice(workers[0], 'the driver was reset');
  expect(await call).toBe('resolved');
  expect(workers.map(worker => worker.startedOn)).toEqual([['auto'], ['wasm']]);
  expect(client.device).toEqual({
    device: 'wasm',
    reason: 'WebGPU was lost (the driver was reset).',
  });
});

test.each(['start', 'load'] as const)(
  'under auto a GPU that fails to %s is replaced by WebAssembly in a new worker',
  async method => {
    const failing = vi
      .fn()
      .mockRejectedValueOnce(new EngineError('device-unavailable', 'the driver is too old'))
      .mockImplementation(({ reason }: { reason?: string }) => ({
        ...{ device: 'wasm', reason: reason ?? 'none', loadMs: 1 },
      }));
    const { client, workers } = setUp({ [method]: failing });
    expect(await codeOf(client.analyze(request))).toBe('resolved');
    expect(workers).toHaveLength(2);
    expect(workers[0]?.end).toHaveBeenCalled();
    expect(client.device).toMatchObject({ device: 'wasm', reason: 'the driver is too old' });
  },
);

test('a loss that WebAssembly reports too is told, and not tried for ever', async () => {
  const analyze = () => Promise.reject(new EngineError('device-lost', 'again'));
  const { client, workers } = setUp({ analyze });
  expect(await codeOf(client.analyze(request))).toBe('device-lost');
  expect(workers).toHaveLength(2);
  expect(workers[1]?.end).toHaveBeenCalled();
});

test('a GPU that is lost between two requests is known at the next', async () => {
  const { client, workers } = setUp();
  await client.analyze(request);
  loseDevice(workers[0], 'unplugged');
  await settled();
  await client.analyze(request);
  expect(client.device?.reason).toContain('unplugged');
});

test('a run that fails because the GPU is lost counts as its loss', async () => {
  const analyze = vi
    .fn<Handlers<EngineApi>['analyze']>()
    .mockRejectedValueOnce(new EngineError('device-lost', 'device is lost'))
    .mockResolvedValue(analysis);
  const { client, workers } = setUp({ analyze });
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(workers.map(worker => worker.startedOn)).toEqual([['auto'], ['wasm']]);
});

test('a lost GPU that the person insists on is an error, and tried again', async () => {
  let isFirst = true;
  const { client, workers } = setUp(
    { analyze: () => (isFirst ? never() : analysis) },
    { device: 'webgpu' },
  );
  const call = codeOf(client.analyze(request));
  await settled();
  isFirst = false;
  loseDevice(workers[0], 'reset');
  expect(await call).toBe('device-lost');
  expect(await codeOf(client.analyze(request))).toBe('resolved');
  expect(workers.map(worker => worker.startedOn)).toEqual([['webgpu'], ['webgpu']]);
});

test.each(['out-of-memory', 'worker-lost'] as const)(
  'a worker that reports %s is not used again',
  async code => {
    const analyze = vi
      .fn<Handlers<EngineApi>['analyze']>()
      .mockRejectedValueOnce(new EngineError(code, 'Aborted()'))
      .mockResolvedValue(analysis);
    const { client, workers } = setUp({ analyze });
    expect(await codeOf(client.analyze(request))).toBe(code);
    expect(await codeOf(client.analyze(request))).toBe('resolved');
    expect(workers).toHaveLength(2);
  },
);

test('tokens of a generation go to who asked for them, and to nobody afterwards', async () => {
  const token = {
    token: { id: 1, text: 'a', start: 0, end: 1, segment: 0, isSpecial: false, word: 0 },
    text: 'a',
    logProbability: -1,
  } as const;
  const streamIds: (string | undefined)[] = [];
  const { client, workers } = setUp({
    generate: async ({ streamId }) => {
      streamIds.push(streamId);
      if (streamId !== undefined) {
        await workers[0]?.link.remote.token({ streamId, ...token });
      }
      return generation;
    },
  });
  const heard: string[] = [];
  const strategy = { kind: 'greedy' } as const;
  await Promise.all([
    client.generate({ ...request, strategy }, { onToken: () => heard.push('first') }),
    client.generate({ ...request, strategy }, { onToken: () => heard.push('second') }),
    client.generate({ ...request, strategy }),
  ]);
  expect(heard.sort()).toEqual(['first', 'second']);
  expect(streamIds.map(id => typeof id).sort()).toEqual(['string', 'string', 'undefined']);
  for (const streamId of streamIds) {
    await workers[0]?.link.remote.token({ streamId: streamId ?? '', ...token });
  }
  expect(heard).toHaveLength(2);
});

test('a text is scored by the model that is asked for', async () => {
  const { client } = setUp();
  expect(await client.score({ modelId: 'gpt2', text: 'a' })).toMatchObject({ modelId: 'gpt2' });
  expect([...client.loads.keys()]).toEqual(['gpt2']);
});

test('the columns of a logit lens reach who asked for them, and nobody afterwards', async () => {
  const column: Omit<ComputedColumn, 'streamId'> = { index: 0, total: 1, column: [] };
  const streamIds: (string | undefined)[] = [];
  const { client, workers } = setUp({
    lens: async ({ modelId, streamId = '' }) => {
      streamIds.push(streamId);
      await workers.at(-1)?.link.remote.lensed({ streamId, ...column });
      return { ...lensGrid, modelId };
    },
  });
  const seen: ComputedColumn[] = [];
  const onColumn = (computed: ComputedColumn) => {
    seen.push(computed);
  };
  expect((await client.lens({ modelId: 'bert', text: 'a' }, { onColumn })).modelId).toBe('bert');
  expect(seen).toEqual([{ streamId: streamIds[0], ...column }]);
  await client.lens({ modelId: 'bert', text: 'a' });
  expect(seen).toHaveLength(1);
});
