/** The owner of engine workers, of which one runs at a time. */

import type { AblateRequest, AblationReport, MeasuredEffect } from '../protocol/engine/ablate';
import type { Analysis, AnalyzeRequest } from '../protocol/engine/analyze';
import type { LoadReport } from '../protocol/engine/api';
import type { Classification, ClassifyRequest } from '../protocol/engine/classify';
import type { GenerateRequest, Generation, StreamedToken } from '../protocol/engine/generate';
import type { ComputedColumn, LensGrid, LensRequest } from '../protocol/engine/lens';
import type { PredictRequest, Prediction } from '../protocol/engine/predict';
import type { Score, ScoreRequest, ScoredPart } from '../protocol/engine/score';
import type {
  SpellRequest,
  Spelling,
  Tokenization,
  TokenizeRequest,
} from '../protocol/engine/tokenize';
import type { DevicePreference, DeviceReport } from '../protocol/engine/types';
import { EngineError, type ErrorCode } from '../errors';
import type { CallOptions } from '../protocol/rpc';
import { RunningEngine, type EngineRuntime } from './runningEngine';

export interface EngineClientOptions {
  readonly device: DevicePreference;
  /** Called after `device` or `loads` may have changed. */
  readonly onChange?: (() => void) | undefined;
  /** Called when a request begins. */
  readonly onUse?: (() => void) | undefined;
  /**
   * Longest silence of a worker that owes an answer, in ms; then it is ended. 60 s by default, and 10 minutes where
   * WebGPU is forced: a software adapter takes a minute for 200 tokens, and who forces it can cancel.
   */
  readonly maxSilenceMs?: number | undefined;
  /** How long an idle worker is kept, in ms; 5 minutes by default. */
  readonly lingerMs?: number | undefined;
}

/**
 * The owner of one engine worker: starts it on the first need, loads each model once, replaces the worker
 * when it is lost or hangs, and ends it when it has been idle for long. A request that fails leaves nothing
 * behind that could fail the next one.
 *
 * A request may reject with every code of the engine and with `runtime-missing`, `model-missing`,
 * `worker-lost`, `device-lost` and `cancelled`.
 */
export class EngineClient {
  readonly #runtime: EngineRuntime;
  readonly #options: EngineClientOptions;
  #preference: DevicePreference;
  #device: DeviceReport | undefined;
  /** Why WebGPU is not tried again under `auto`. */
  #lossReason: string | undefined;
  /** Whether a worker did not start with several threads: one is then used. */
  #isSingleThreaded = false;
  #running: RunningEngine | undefined;
  #users = 0;
  #streamCount = 0;
  /** It was asked for its memory while it was at work. */
  #isToRelease = false;
  #lingerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(runtime: EngineRuntime, options: EngineClientOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#preference = options.device;
  }

  /** Device of the worker that started last; undefined before the first, and until a changed preference has been tried. */
  get device(): DeviceReport | undefined {
    return this.#device;
  }

  /** The models that the worker holds, by id. */
  get loads(): ReadonlyMap<string, LoadReport> {
    return this.#running?.loads ?? new Map();
  }

  /** Gets a model ready ahead of its first use. */
  load(modelId: string, options?: CallOptions): Promise<LoadReport> {
    return this.#use(running => running.load(modelId), options);
  }

  /** Needs a model's tokenizer alone, and no WebAssembly: a model that is not loaded stays so. */
  tokenize(request: TokenizeRequest, options?: CallOptions): Promise<Tokenization> {
    return this.#borrow(async running => {
      await running.loadTokenizer(request.modelId);
      return running.callBare(engine => engine.tokenize(request, options));
    }, options);
  }

  /** Needs as little as `tokenize`. */
  spell(request: SpellRequest, options?: CallOptions): Promise<readonly Spelling[]> {
    return this.#borrow(async running => {
      await running.loadTokenizer(request.modelId);
      return running.callBare(engine => engine.spell(request, options));
    }, options);
  }

  analyze(request: AnalyzeRequest, options?: CallOptions): Promise<Analysis> {
    return this.#use(async running => {
      await running.load(request.modelId);
      return running.call(engine => engine.analyze(request, options));
    }, options);
  }

  /**
   * Generates. A generation that had to begin again on another device emits its tokens from the first on again.
   *
   * @param options `onToken` is called with each token as it is chosen; never by beam search.
   */
  generate(
    request: Omit<GenerateRequest, 'streamId'>,
    options: CallOptions & { readonly onToken?: ((token: StreamedToken) => void) | undefined } = {},
  ): Promise<Generation> {
    const { onToken } = options;
    const streamId = onToken && `${this.#streamCount++}`;
    return this.#use(async running => {
      await running.load(request.modelId);
      if (onToken === undefined || streamId === undefined) {
        return running.call(engine => engine.generate(request, options));
      }
      running.streams.set(streamId, onToken);
      try {
        return await running.call(engine => engine.generate({ ...request, streamId }, options));
      } finally {
        running.streams.delete(streamId);
      }
    }, options);
  }

  /**
   * Scores a text. A score that had to begin again on another device emits its parts from the first on again.
   *
   * @param options `onPart` is called with each part as soon as it has been read; never by an encoder-decoder.
   */
  score(
    request: Omit<ScoreRequest, 'streamId'>,
    options: CallOptions & { readonly onPart?: ((part: ScoredPart) => void) | undefined } = {},
  ): Promise<Score> {
    const { onPart } = options;
    const streamId = onPart && `${this.#streamCount++}`;
    return this.#use(async running => {
      await running.load(request.modelId);
      if (onPart === undefined || streamId === undefined) {
        return running.call(engine => engine.score(request, options));
      }
      running.scoreStreams.set(streamId, onPart);
      try {
        return await running.call(engine => engine.score({ ...request, streamId }, options));
      } finally {
        running.scoreStreams.delete(streamId);
      }
    }, options);
  }

  /**
   * Measures what ablations change in a prediction. One that had to begin again on another device emits its effects from
   * the first on again.
   *
   * @param options `onEffect` is called with each effect as soon as it has been measured; `signal` ends a sweep between
   *   two runs.
   */
  ablate(
    request: Omit<AblateRequest, 'streamId'>,
    options: CallOptions & {
      readonly onEffect?: ((effect: MeasuredEffect) => void) | undefined;
    } = {},
  ): Promise<AblationReport> {
    const { onEffect } = options;
    const streamId = onEffect && `${this.#streamCount++}`;
    return this.#use(async running => {
      await running.load(request.modelId);
      if (onEffect === undefined || streamId === undefined) {
        return running.call(engine => engine.ablate(request, options));
      }
      running.effectStreams.set(streamId, onEffect);
      try {
        return await running.call(engine => engine.ablate({ ...request, streamId }, options));
      } finally {
        running.effectStreams.delete(streamId);
      }
    }, options);
  }

  /**
   * Reads the last positions of a text through the logit lens. One that had to begin again on another device emits its
   * columns from the first on again.
   *
   * @param options `onColumn` is called with each column as soon as it has been computed; `signal` ends the reading
   *   between two positions.
   */
  lens(
    request: Omit<LensRequest, 'streamId'>,
    options: CallOptions & {
      readonly onColumn?: ((column: ComputedColumn) => void) | undefined;
    } = {},
  ): Promise<LensGrid> {
    const { onColumn } = options;
    const streamId = onColumn && `${this.#streamCount++}`;
    return this.#use(async running => {
      await running.load(request.modelId);
      if (onColumn === undefined || streamId === undefined) {
        return running.call(engine => engine.lens(request, options));
      }
      running.columnStreams.set(streamId, onColumn);
      try {
        return await running.call(engine => engine.lens({ ...request, streamId }, options));
      } finally {
        running.columnStreams.delete(streamId);
      }
    }, options);
  }

  classify(request: ClassifyRequest, options?: CallOptions): Promise<Classification> {
    return this.#use(async running => {
      await running.load(request.modelId);
      return running.call(engine => engine.classify(request, options));
    }, options);
  }

  predict(request: PredictRequest, options?: CallOptions): Promise<Prediction> {
    return this.#use(async running => {
      await running.load(request.modelId);
      return running.call(engine => engine.predict(request, options));
    }, options);
  }

  /** Moves to another device with the next request; what is pending rejects with `cancelled`. */
  setDevice(device: DevicePreference): void {
    if (device !== this.#preference) {
      this.#preference = device;
      this.#device = undefined;
      this.#lossReason = undefined;
      this.end('The device was changed.');
    }
  }

  /**
   * Gives its memory back, at once or when its work is done, unless it is used again meanwhile: the worker ends, for
   * WebAssembly's memory only grows.
   */
  release(): void {
    this.#isToRelease = this.#users > 0;
    if (!this.#isToRelease) {
      this.end('The engine gave its memory back.');
    }
  }

  /** Ends the worker; what is pending rejects with `cancelled`. The next request starts a new one. */
  end(why = 'The engine was stopped.'): void {
    clearTimeout(this.#lingerTimer);
    this.#running?.stop(new EngineError('cancelled', why));
  }

  /** With a model: whoever uses one keeps what it holds, for it was used last. */
  #use<T>(work: (running: RunningEngine) => Promise<T>, options: CallOptions = {}): Promise<T> {
    if (!options.signal?.aborted) {
      this.#isToRelease = false;
      this.#options.onUse?.();
    }
    return this.#borrow(work, options);
  }

  /** Without a model. */
  async #borrow<T>(
    work: (running: RunningEngine) => Promise<T>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    if (signal?.aborted) {
      throw cancelled();
    }
    this.#users++;
    clearTimeout(this.#lingerTimer);
    try {
      return await abortable(this.#survive(work), signal);
    } finally {
      this.#users--;
      this.#rest();
    }
  }

  /** Nothing is left to do, if nobody else uses it. */
  #rest(): void {
    if (this.#users === 0 && this.#isToRelease) {
      this.release();
    } else if (this.#users === 0 && this.#running) {
      const lingerMs = this.#options.lingerMs ?? 5 * 60_000;
      this.#lingerTimer = setTimeout(() => this.end('The engine was idle.'), lingerMs);
    }
  }

  /**
   * Does the work; under `auto` once more, on WebAssembly, when WebGPU fails or is lost in the middle, and once more
   * on one thread when several do not start.
   */
  async #survive<T>(work: (running: RunningEngine) => Promise<T>): Promise<T> {
    const isLastResort = this.#lossReason !== undefined;
    const running = (this.#running ??= this.#start());
    try {
      return await work(running);
    } catch (error) {
      if (EngineError.is(error) && endsWorker.has(error.code)) {
        running.stop(error);
      }
      if (running.threads > 1 && EngineError.is(error, 'runtime-missing')) {
        this.#isSingleThreaded = true;
        return await this.#survive(work);
      }
      if (!isLastResort && this.#isReplaceable(error)) {
        return await this.#survive(work);
      }
      throw error;
    }
  }

  #isReplaceable(error: unknown): error is EngineError {
    return (
      this.#preference === 'auto' &&
      (EngineError.is(error, 'device-lost') || EngineError.is(error, 'device-unavailable'))
    );
  }

  #start(): RunningEngine {
    const running: RunningEngine = new RunningEngine(this.#runtime, {
      device: this.#lossReason ? 'wasm' : this.#preference,
      reason: this.#lossReason,
      threads: this.#isSingleThreaded ? 1 : (this.#runtime.threads?.() ?? 1),
      maxSilenceMs:
        this.#options.maxSilenceMs ?? (this.#preference === 'webgpu' ? 10 * 60_000 : 60_000),
      onChange: () => {
        this.#device = running.device;
        this.#options.onChange?.();
      },
      onStop: error => {
        this.#running = undefined;
        if (this.#isReplaceable(error)) {
          this.#lossReason = error.message;
        }
        this.#options.onChange?.();
      },
    });
    return running;
  }
}

/** After these a worker is of no more use: its WebAssembly or its device is gone. */
const endsWorker: ReadonlySet<ErrorCode> = new Set([
  'device-lost',
  'device-unavailable',
  'out-of-memory',
  'worker-lost',
]);

/** `work`, or a rejection with `cancelled` as soon as `signal` fires; the work itself goes on for others. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) {
    return work;
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

const cancelled = () => new EngineError('cancelled', 'Cancelled by the caller.');
