/** Starts web workers from the bytes of their scripts. */

import { EngineError } from '../errors';
import type { WorkerHandle } from '../engineClient/runningEngine';

/** Whether the build with WebGPU can run here: it needs JavaScript Promise Integration. */
export const hasJspi = (): boolean => 'Suspending' in WebAssembly;

/**
 * Starts a worker from the bytes of its script, where a worker may come only from a `blob:` URL: pages and
 * the web extension host.
 *
 * @param script a classic script; not moved.
 * @throws EngineError `runtime-missing` when the worker cannot be made.
 */
export function startBlobWorker(script: ArrayBuffer | Uint8Array<ArrayBuffer>): WorkerHandle {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  let worker: Worker;
  try {
    worker = new Worker(url);
  } catch (cause) {
    throw new EngineError(
      'runtime-missing',
      `the engine's worker did not start: ${String(cause)}`,
      {
        cause,
      },
    );
  } finally {
    // A task later: the worker has taken its source by then in every browser.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
  return {
    port: {
      post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
      onMessage: listener => {
        const forward = (event: MessageEvent<unknown>) => listener(event.data);
        worker.addEventListener('message', forward);
        return () => worker.removeEventListener('message', forward);
      },
    },
    onExit: listener => {
      // A web worker does not report its end; it can only fail.
      worker.addEventListener('error', event => listener(event.message));
      worker.addEventListener('messageerror', () => listener('a message could not be read'));
    },
    end: () => worker.terminate(),
  };
}
