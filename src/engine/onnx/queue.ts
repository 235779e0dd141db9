/** The queue through which all calls of ONNX Runtime go. */

import PQueue from 'p-queue';
import { EngineError } from '../../common/errors';

/** Longest time without a sign of life in a call of many jobs, in ms; far below what its owner takes for a hang. */
const maxSilentMs = 5000;

export interface SerialQueueOptions {
  /** Settles when the messages that have arrived are delivered; absent where none can arrive. */
  readonly drainMessages?: () => Promise<void>;
  /** Called now and then between jobs: a long text takes many of them before there is an answer. */
  readonly onAlive?: () => void;
}

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
  readonly #drainMessages;
  readonly #onAlive;
  #spokeAt = performance.now();

  constructor({
    drainMessages = () => Promise.resolve(),
    onAlive = () => undefined,
  }: SerialQueueOptions = {}) {
    this.#drainMessages = drainMessages;
    this.#onAlive = onAlive;
  }

  run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#queue.add(async () => {
      // A run on WASM blocks the thread: messages that arrived meanwhile, a cancellation among them, come first.
      await this.#drainMessages();
      if (signal?.aborted) {
        throw new EngineError('cancelled', 'Cancelled before it started.');
      }
      this.#speak();
      try {
        return await job();
      } finally {
        this.#speak(); // What comes between two jobs, such as a tokenizer that is read, takes its time too.
      }
    });
  }

  #speak(): void {
    if (performance.now() - this.#spokeAt > maxSilentMs) {
      this.#spokeAt = performance.now();
      this.#onAlive();
    }
  }
}
