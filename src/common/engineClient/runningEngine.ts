/** One engine worker from its start to its end. */

import type {
  EngineApi,
  EngineEvents,
  GpuFault,
  LoadReport,
  ModelFiles,
  TokenizerFiles,
  Wasm,
} from '../protocol/engine/api';
import type { MeasuredEffect } from '../protocol/engine/ablate';
import type { ComputedColumn } from '../protocol/engine/lens';
import type { StreamedToken } from '../protocol/engine/generate';
import type { ScoredPart } from '../protocol/engine/score';
import type { DevicePreference, DeviceReport } from '../protocol/engine/types';
import { EngineError, type ErrorCode } from '../errors';
import { filesWithBytes } from './modelFolder';
import { link, move, type Port, type Remote } from '../protocol/rpc';
import { Watchdog } from './watchdog';

/** A running worker, whatever its kind. */
export interface WorkerHandle {
  readonly port: Port;
  /** Called when the worker has failed or stopped, with the reason as far as it is known; may be called more than once. */
  onExit(listener: (reason: string) => void): void;
  end(): void;
}

/** What an `EngineClient` needs of a runtime; one small implementation for each. Buffers are given away. */
export interface EngineRuntime {
  startWorker(): Promise<WorkerHandle>;
  /** The WebAssembly that belongs to the worker's script. */
  readWasm(): Promise<Wasm>;
  readModel(modelId: string): Promise<ModelFiles>;
  readTokenizer(modelId: string): Promise<TokenizerFiles>;
  /** Number of threads for a worker that starts now; 1 if this is absent. */
  threads?(): number;
  /** Faults of WebGPU, kept beyond this engine's end; absent where there is no WebGPU. */
  readonly gpuFaults?: GpuFaultMemory | undefined;
}

export interface GpuFaultMemory {
  known(): Promise<readonly GpuFault[]>;
  remember(fault: GpuFault): Promise<void>;
}

export interface RunningEngineOptions {
  readonly device: DevicePreference;
  /** Why this device, if it is not the user's preference. */
  readonly reason?: string | undefined;
  /** Number of threads of the worker. */
  readonly threads: number;
  readonly maxSilenceMs: number;
  readonly onChange: () => void;
  readonly onStop: (error: EngineError) => void;
}

/** One worker from its start to its end. It is never restarted: its owner makes another. */
export class RunningEngine {
  readonly loads = new Map<string, LoadReport>();
  /** Listeners to the tokens of streams, by their ids. */
  readonly streams = new Map<string, (token: StreamedToken) => void>();
  /** Listeners to the parts of scores, by the ids of their streams. */
  readonly scoreStreams = new Map<string, (part: ScoredPart) => void>();
  /** Listeners to the effects of ablations, by the ids of their streams. */
  readonly effectStreams = new Map<string, (effect: MeasuredEffect) => void>();
  /** Those of logit lenses. */
  readonly columnStreams = new Map<string, (column: ComputedColumn) => void>();
  device: DeviceReport | undefined;
  readonly #runtime: EngineRuntime;
  readonly #options: RunningEngineOptions;
  readonly #worker: Promise<Remote<EngineApi>>;
  /** The same, when it has its WebAssembly. */
  #engine: Promise<Remote<EngineApi>> | undefined;
  readonly #loading = new Map<string, Promise<LoadReport>>();
  readonly #loadingTokenizer = new Map<string, Promise<void>>();
  readonly #watchdog: Watchdog;
  #hasAnswered = false;
  #stopped: EngineError | undefined;
  #release: ((error: EngineError) => void) | undefined;

  constructor(runtime: EngineRuntime, options: RunningEngineOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#watchdog = new Watchdog(options.maxSilenceMs, () => {
      const seconds = options.maxSilenceMs / 1000;
      this.stop(
        new EngineError(
          'worker-lost',
          `The engine gave no answer for ${seconds} s and was ended. Try again, with less text if need be.`,
        ),
      );
    });
    this.#worker = this.#join();
    this.#worker.catch((error: unknown) => this.stop(asMissingFile(error, 'runtime-missing')));
  }

  get threads(): number {
    return this.#options.threads;
  }

  /** Calls the worker once it can run models. */
  async call<T>(use: (engine: Remote<EngineApi>) => Promise<T>): Promise<T> {
    return use(await this.#started());
  }

  /** Calls the worker for what needs no WebAssembly. */
  async callBare<T>(use: (engine: Remote<EngineApi>) => Promise<T>): Promise<T> {
    return use(await this.#worker);
  }

  /** Loads a model unless it is loaded or on its way. A failed load is forgotten. */
  load(modelId: string): Promise<LoadReport> {
    let loading = this.#loading.get(modelId);
    if (!loading) {
      loading = this.#load(modelId);
      this.#loading.set(modelId, loading);
      loading.catch(() => this.#loading.delete(modelId));
    }
    return loading;
  }

  /** Loads a model's tokenizer unless it is loaded or on its way. A failed load is forgotten. */
  loadTokenizer(modelId: string): Promise<void> {
    let loading = this.#loadingTokenizer.get(modelId);
    if (!loading) {
      loading = this.#loadTokenizer(modelId);
      this.#loadingTokenizer.set(modelId, loading);
      loading.catch(() => this.#loadingTokenizer.delete(modelId));
    }
    return loading;
  }

  /** Rejects what is pending with `error` and ends the worker. Safe to call twice. */
  stop(error: EngineError): void {
    if (this.#stopped) {
      return; // A worker's exit may be reported after its successor has started.
    }
    this.#stopped = error;
    this.#watchdog.stop();
    this.#release?.(error);
    this.#options.onStop(error);
  }

  /** Starts on the first need; the worker and its WebAssembly are then made ready side by side. */
  #started(modelId?: string): Promise<Remote<EngineApi>> {
    if (!this.#engine) {
      this.#engine = this.#start(modelId);
      this.#engine.catch((error: unknown) => this.stop(asMissingFile(error, 'runtime-missing')));
    }
    return this.#engine;
  }

  async #join(): Promise<Remote<EngineApi>> {
    const { port, end } = await this.#startWorker().catch((error: unknown) => {
      throw asMissingFile(error, 'runtime-missing');
    });
    const { remote, close } = link<EngineApi, EngineEvents>(
      port,
      {
        deviceLost: ({ reason }) =>
          this.stop(new EngineError('device-lost', `WebGPU was lost (${reason}).`)),
        gpuFault: fault => {
          // What is not remembered is found again.
          this.#runtime.gpuFaults?.remember(fault).catch(() => undefined);
        },
        alive: () => undefined, // The watchdog hears every message.
        token: token => this.streams.get(token.streamId)?.(token),
        scored: part => this.scoreStreams.get(part.streamId)?.(part),
        ablated: effect => this.effectStreams.get(effect.streamId)?.(effect),
        lensed: column => this.columnStreams.get(column.streamId)?.(column),
      },
      // What is owed is what was sent: a call that was given up before it was sent is answered by nobody.
      { onCall: answered => this.#watchdog.watch(answered) },
    );
    this.#release = error => {
      close(error);
      end();
    };
    if (this.#stopped) {
      this.#release(this.#stopped);
      throw this.#stopped;
    }
    port.onMessage(() => {
      this.#hasAnswered = true;
      this.#watchdog.heard();
    });
    return remote;
  }

  async #start(modelId: string | undefined): Promise<Remote<EngineApi>> {
    const { device, reason, threads } = this.#options;
    const [worker, wasm, faults] = await Promise.allSettled([
      this.#worker,
      this.#readWasm(),
      device === 'wasm' ? undefined : this.#runtime.gpuFaults?.known(),
    ]);
    if (worker.status === 'rejected') {
      throw worker.reason;
    }
    if (wasm.status === 'rejected') {
      throw asMissingFile(wasm.reason, 'runtime-missing');
    }
    const remote = worker.value;
    const gpuFaults = faults.status === 'fulfilled' ? faults.value : undefined;
    this.device = await remote.start(
      move(
        { wasm: wasm.value, device, reason, threads, modelId, gpuFaults },
        wasm.value instanceof ArrayBuffer ? [wasm.value] : [],
      ),
    );
    this.#options.onChange();
    return remote;
  }

  async #startWorker(): Promise<WorkerHandle> {
    const worker = await this.#runtime.startWorker();
    // At once: a worker may fail before its WebAssembly has been read.
    worker.onExit(reason =>
      this.stop(
        this.#hasStarted
          ? new EngineError('worker-lost', `The engine stopped (${reason}). Try again.`)
          : new EngineError(
              'runtime-missing',
              `The engine did not start (${reason}). Reinstall the extension if it happens again.`,
            ),
      ),
    );
    return worker;
  }

  /** One that runs models has started with its WebAssembly; before that it may have opened a tokenizer. */
  get #hasStarted(): boolean {
    return this.#engine ? this.device !== undefined : this.#hasAnswered;
  }

  /** A method of its own, so that what is thrown at once is a rejection too. */
  async #readWasm(): Promise<Wasm> {
    return this.#runtime.readWasm();
  }

  async #load(modelId: string): Promise<LoadReport> {
    // Side by side: one waits for the processor, another for the disk or the network. The tokenizer is open before the
    // rest has been read.
    const [files] = await Promise.all([
      this.#readModel(modelId),
      this.#started(modelId),
      this.loadTokenizer(modelId),
    ]);
    const buffers = Array.from(filesWithBytes(files), ([, bytes]) => bytes ?? []).flat();
    const report = await this.call(engine => engine.load(move(files, buffers)));
    this.loads.set(modelId, report);
    this.#options.onChange();
    return report;
  }

  async #loadTokenizer(modelId: string): Promise<void> {
    const [files] = await Promise.all([this.#readTokenizer(modelId), this.#worker]);
    await this.callBare(engine => engine.loadTokenizer(move(files, [files.tokenizer])));
  }

  async #readTokenizer(modelId: string): Promise<TokenizerFiles> {
    try {
      return await this.#runtime.readTokenizer(modelId);
    } catch (error) {
      throw asMissingFile(error, 'model-missing');
    }
  }

  async #readModel(modelId: string): Promise<ModelFiles> {
    try {
      return await this.#runtime.readModel(modelId);
    } catch (error) {
      throw asMissingFile(error, 'model-missing');
    }
  }
}

const advice = {
  'runtime-missing': 'A file of the engine cannot be read; reinstall the extension.',
  'model-missing': 'A file of the model cannot be read; reinstall the extension.',
} as const satisfies Partial<Record<ErrorCode, string>>;

function asMissingFile(error: unknown, code: keyof typeof advice): EngineError {
  return EngineError.is(error)
    ? error
    : new EngineError(code, `${advice[code]} (${String(error)})`, { cause: error });
}
