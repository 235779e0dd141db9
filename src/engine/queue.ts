import PQueue from 'p-queue';
import { EngineError } from '../shared/errors';

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

  run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#queue.add(async () => {
      // A run on WASM blocks the thread: messages that came meanwhile, a cancellation among them, are heard first.
      await new Promise(resolve => setTimeout(resolve));
      if (signal?.aborted) {
        throw new EngineError('cancelled', 'Cancelled before it started.');
      }
      return job();
    });
  }
}
