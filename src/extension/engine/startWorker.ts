import { Worker } from 'node:worker_threads';
import type { WorkerHandle } from '../../common/engineClient/runningEngine';

/** The engine's files in `dist`, for this host. */
export const engineFiles = () => ({
  worker: 'engineWorker.js',
  wasm: 'ort-wasm-simd-threaded.wasm.gz',
});

/**
 * Starts the engine in a thread of its own. The twin for the web host starts a web worker.
 *
 * @param script the worker's file; pass a `vscode.Uri`, which the twin reads through `workspace.fs`.
 */
export const startWorker = (script: { readonly fsPath: string }): Promise<WorkerHandle> =>
  Promise.resolve(handleOf(new Worker(script.fsPath)));

/** A thread as what an engine runs in. */
export const handleOf = (worker: Worker): WorkerHandle => ({
  port: {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: listener => {
      worker.on('message', listener);
      return () => worker.off('message', listener);
    },
  },
  onExit: listener => {
    worker.on('error', error => listener(error.message));
    worker.on('messageerror', error => listener(error.message));
    worker.on('exit', code => listener(`exit code ${code}`));
  },
  end: () => void worker.terminate(),
});
