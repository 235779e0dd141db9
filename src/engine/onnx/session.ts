/** ONNX Runtime: its start, its sessions and its errors. */

import type * as Onnx from 'onnxruntime-common';
import type { Wasm } from '../../common/protocol/engine/api';
import type { Device } from '../../common/protocol/engine/types';
import { EngineError, type ErrorCode } from '../../common/errors';
import { weightsLocation } from './graphs';
import type { LazyWeights } from './lazyWeights';
import type { SerialQueue } from './queue';
import type { Feed, Output, Run, RunnableGraph } from './tensors';

/** The library, in whichever build the worker was made with. */
export type OnnxRuntime = Pick<typeof Onnx, 'InferenceSession' | 'Tensor' | 'env'>;

/** `y = x` in ONNX, 67 bytes: the least that makes ONNX Runtime start its WebAssembly and its device. */
const identityGraph =
  'CAcSADo3ChAKAXgSAXkiCElkZW50aXR5EgFwWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQDQ==';

/**
 * Starts ONNX Runtime on a device.
 *
 * @param wasm the binary that belongs to the library's build; not needed afterwards.
 * @param threads of WebAssembly; more than one only in Node, because webviews have no shared memory.
 * @throws EngineError `runtime-missing` when the WebAssembly is damaged; `device-unavailable` when WebGPU does not
 *   start: ONNX Runtime then is in no state to run on anything else.
 */
export async function startRuntime(
  { env, InferenceSession }: OnnxRuntime,
  queue: SerialQueue,
  wasm: Wasm,
  device: Device,
  threads = 1,
): Promise<void> {
  Object.assign(env.wasm, { numThreads: threads, proxy: false, wasmBinary: bytesFor(wasm) });
  env.logLevel = 'fatal'; // Errors are thrown; they need not stand in a console too.
  const graph = Uint8Array.from(atob(identityGraph), character => character.charCodeAt(0));
  try {
    const probe = await queue.run(() => InferenceSession.create(graph, sessionOptions('wasm')));
    await queue.run(() => probe.release());
  } catch (cause) {
    throw new EngineError(
      'runtime-missing',
      `The engine's WebAssembly is damaged; reinstall the extension. (${String(cause)})`,
      { cause },
    );
  } finally {
    delete env.wasm.wasmBinary; // 14 MB that nobody reads again.
  }
  if (device === 'webgpu') {
    try {
      // Never released: with its last session ONNX Runtime destroys the device.
      await queue.run(() => InferenceSession.create(graph, sessionOptions('webgpu')));
    } catch (cause) {
      throw gpuFailure('WebGPU could not be started', cause);
    }
  }
}

/**
 * The library takes bytes as its binary and hands them to `WebAssembly.instantiate`. A module that is compiled already
 * is given there in their place, once.
 */
function bytesFor(wasm: Wasm): ArrayBuffer {
  if (wasm instanceof ArrayBuffer) {
    return wasm;
  }
  const { instantiate } = WebAssembly;
  const instantiateCompiled = async (_: BufferSource, imports?: WebAssembly.Imports) => {
    WebAssembly.instantiate = instantiate;
    return { module: wasm, instance: await instantiate(wasm, imports) };
  };
  // The library calls this overload alone.
  WebAssembly.instantiate = instantiateCompiled as typeof instantiate;
  return new ArrayBuffer(0);
}

/** Settles when the GPU goes away, with the reason in words. Call it after `startRuntime` on WebGPU. */
export async function whenDeviceLost({ env }: OnnxRuntime): Promise<string> {
  // ONNX Runtime sets it when it makes its device; the type knows it only beside the DOM library.
  const device = (await env.webgpu.device) as GpuDevice;
  const { message, reason } = await device.lost;
  return message || reason;
}
interface GpuDevice {
  readonly lost: Promise<{ readonly message: string; readonly reason: string }>;
}

/** A graph in memory. All its calls go through the queue. */
export class Session implements RunnableGraph {
  readonly #onnx: OnnxRuntime;
  readonly #queue: SerialQueue;
  readonly #session: Onnx.InferenceSession;
  readonly #device: Device;
  #isReleased = false;

  private constructor(
    onnx: OnnxRuntime,
    queue: SerialQueue,
    session: Onnx.InferenceSession,
    device: Device,
  ) {
    this.#onnx = onnx;
    this.#queue = queue;
    this.#session = session;
    this.#device = device;
  }

  /**
   * @param graph ONNX bytes; copied into WebAssembly memory.
   * @param weights for a graph that has none itself.
   * @throws EngineError `model-invalid`, `out-of-memory`, `device-lost`; `device-unavailable` for what only WebGPU
   *   refuses, as far as that is known.
   */
  static async open(
    onnx: OnnxRuntime,
    queue: SerialQueue,
    graph: ArrayBuffer,
    device: Device,
    weights?: LazyWeights,
  ): Promise<Session> {
    const create = (data?: Uint8Array<ArrayBuffer>) =>
      queue.run(() =>
        onnx.InferenceSession.create(new Uint8Array(graph), {
          ...sessionOptions(device),
          ...(data && { externalData: [{ path: weightsLocation, data }] }),
        }),
      );
    const failed = (error: unknown) =>
      device === 'webgpu'
        ? gpuFailure('WebGPU could not load the model', error)
        : asLoadError(error);
    try {
      const session = await create(weights).catch((error: unknown) => {
        if (!weights || weights.failure !== undefined || !/external data/i.test(String(error))) {
          throw weights?.failure ?? error;
        }
        // A build of the library that does not read them as this one does.
        return create(weights.whole());
      });
      return new Session(onnx, queue, session, device);
    } catch (error) {
      throw EngineError.is(error) ? error : failed(error);
    }
  }

  get inputs(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputs(): readonly string[] {
    return this.#session.outputNames;
  }

  /**
   * Runs the graph for the named outputs.
   *
   * @throws EngineError `cancelled` when the signal fires before the run starts; a run cannot be stopped.
   *   `model-not-loaded` when the graph was released meanwhile. `inference-failed`, `out-of-memory`, `device-lost`,
   *   `worker-lost`
   */
  async run(
    feeds: Readonly<Record<string, Feed>>,
    outputs: readonly string[],
    signal?: AbortSignal,
  ): Promise<Run> {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, this.#tensor(feed)]),
    );
    try {
      return await this.#queue.run(async () => {
        if (this.#isReleased) {
          throw new EngineError('model-not-loaded', 'The model was unloaded meanwhile. Try again.');
        }
        const startTime = performance.now();
        const results = await this.#session.run(tensors, [...outputs]);
        const runMs = performance.now() - startTime;
        return { outputs: new Map(Object.entries(results).map(asOutput)), runMs };
      }, signal);
    } catch (error) {
      throw (
        (await this.#lossBehind(error)) ??
        asOnnxError(error, 'inference-failed', 'The model could not be run on this text.')
      );
    }
  }

  async release(): Promise<void> {
    await this.#queue.run(() => {
      this.#isReleased = true;
      return this.#session.release();
    });
  }

  /** The error of a lost device, which first appears as a run that fails for one of many reasons. */
  async #lossBehind(error: unknown): Promise<EngineError | undefined> {
    if (this.#device !== 'webgpu' || EngineError.is(error)) {
      return undefined;
    }
    const patience = new Promise<undefined>(resolve => setTimeout(resolve, 200));
    const reason = await Promise.race([whenDeviceLost(this.#onnx), patience]);
    return reason === undefined
      ? undefined
      : new EngineError('device-lost', `WebGPU was lost (${reason}).`, { cause: error });
  }

  #tensor(feed: Feed): Onnx.Tensor {
    if (typeof feed === 'boolean') {
      return new this.#onnx.Tensor('bool', Uint8Array.of(Number(feed)), []);
    }
    if ('dims' in feed) {
      return new this.#onnx.Tensor('float32', feed.values, feed.dims);
    }
    const [first] = feed;
    const dims = typeof first === 'object' ? [feed.length, first.length] : [feed.length];
    return new this.#onnx.Tensor('int64', BigInt64Array.from(feed.flat(), BigInt), dims);
  }
}

function asOutput([name, tensor]: readonly [string, Onnx.Tensor]): [string, Output] {
  if (!(tensor.data instanceof Float32Array) || !(tensor.data.buffer instanceof ArrayBuffer)) {
    throw new EngineError('model-invalid', `The output ${name} is ${tensor.type}, not float32.`);
  }
  // Whole buffers, copied out of WebAssembly memory by the library: they can be moved to the caller.
  const values = tensor.data as Float32Array<ArrayBuffer>;
  return [name, { dims: tensor.dims, values }];
}

/** The error of a load on WebAssembly. */
function asLoadError(cause: unknown): EngineError {
  const error = asOnnxError(cause, 'model-invalid', "The model's graph cannot be loaded.");
  return EngineError.is(error, 'out-of-memory')
    ? new EngineError(
        'out-of-memory',
        `There is not enough memory to load this model. Close other windows, or take a smaller model. (${String(cause)})`,
        { cause },
      )
    : error;
}

/** The error of a load or start on WebGPU. It may work on WebAssembly; only a lost device keeps its code. */
function gpuFailure(what: string, cause: unknown): EngineError {
  const error = asOnnxError(cause, 'device-unavailable', what);
  return EngineError.is(error, 'device-lost')
    ? error
    : new EngineError('device-unavailable', `${what} (${String(cause)})`, { cause });
}

const sessionOptions = (device: Device): Onnx.InferenceSession.SessionOptions => ({
  // An object: the library ignores options of the string form.
  executionProviders: [{ name: device }],
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
  // Fold int8 weights to float32 once, at load, instead of at each run.
  extra: { session: { disable_quant_qdq: '1' } },
});

/** What the messages of ONNX Runtime and WebAssembly mean, from the most certain sign to the least certain. */
const signs: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /bad_alloc|out of memory|\bOOM\b|enlarge memory|allocation failed|failed to allocate/i,
    'out-of-memory',
    'There is not enough memory for this model and text. Select less text.',
  ],
  [/device (?:is|was) (?:lost|destroyed)|device lost/i, 'device-lost', 'WebGPU was lost.'],
  [
    /RuntimeError|Aborted\(|unreachable|memory access out of bounds/,
    'worker-lost',
    'The engine crashed. Try again.',
  ],
  [
    /ERROR_CODE: (?:7|9|10|14)\b|protobuf|Invalid model|not a registered function/i,
    'model-invalid',
    "The model's graph is damaged or of an unknown kind. Reinstall the extension or the model.",
  ],
];

/** An error of ONNX Runtime in words for the user; `code` and `advice` are for one without a known sign. */
export function asOnnxError(error: unknown, code: ErrorCode, advice: string): EngineError {
  if (EngineError.is(error)) {
    return error;
  }
  const text = String(error);
  const [, knownCode = code, knownAdvice = advice] = signs.find(([sign]) => sign.test(text)) ?? [];
  return new EngineError(knownCode, `${knownAdvice} (${text})`, { cause: error });
}
