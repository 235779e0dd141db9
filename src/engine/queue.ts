import PQueue from 'p-queue';
import { EngineError } from '../shared/errors';

/** How long messages may go unheard between two jobs, in ms: a frame. */
const maxDeafMs = 16;
/** How long a call of many jobs may go without a sign of life, in ms; far below what its owner takes for a hang. */
const maxSilentMs = 5000;

/**
 * Runs jobs one at a time, in order.
 *
 * ONNX Runtime Web must never have two calls in flight in one worker: on WebGPU a second concurrent `create` is
 * rejected and a second concurrent `run` may never return.
 *
 * A job that throws does not stop the ones behind it; a job whose signal has fired never starts. A job that has
 * started keeps its place to the end, whatever its signal: that is why p-queue is not given the signal.
 */
export class SerialQueue {
  readonly #queue = new PQueue({ concurrency: 1 });
  /** When messages were heard last, in ms. */
  #heardAt = -Infinity;
  #spokeAt = performance.now();

  /** @param onAlive called now and then between jobs: a long text is read in many of them before there is an answer. */
  constructor(private readonly onAlive: () => void = () => undefined) {}

  run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#queue.add(async () => {
      // A run on WASM blocks the thread: messages that came meanwhile, a cancellation among them, are heard first.
      // Not before each of many short jobs: a timer takes up to 4 ms, as long as a small model for a token.
      if (performance.now() - this.#heardAt > maxDeafMs) {
        await new Promise(resolve => setTimeout(resolve));
        this.#heardAt = performance.now();
      }
      if (signal?.aborted) {
        throw new EngineError('cancelled', 'Cancelled before it started.');
      }
      if (performance.now() - this.#spokeAt > maxSilentMs) {
        this.#spokeAt = performance.now();
        this.onAlive();
      }
      return job();
    });
  }
}
