/** The platform of the extension host's engine in Node. The twin `platform.web.ts` is for the web host. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerHandle } from '../../common/engineClient/runningEngine';
import type { DevicePreference } from '../../common/protocol/engine/types';

/** The engine's files in `dist`, for this host. */
export const engineFiles = () => ({
  worker: 'engineWorker.js',
  wasm: 'ort-wasm-simd-threaded.wasm.gz',
});

/** The device to ask the host's engine for. Node has no WebGPU: the setting `webgpu` then applies to the pages only. */
export const engineDevice = (preference: DevicePreference): DevicePreference =>
  preference === 'webgpu' ? 'auto' : preference;

/** With more threads than this, each has so little work that waiting for the others costs more. */
const maxThreads = 4;

/** The number of threads that the host's engine computes with. @param chosen the setting; 0 is automatic. */
export const engineThreads = (chosen: unknown): number =>
  threadCount(chosen, availableParallelism());

/**
 * The number of threads that a model runs on.
 *
 * @param chosen by the user. For 0, and for anything that is not a whole number, the count is half of the cores, so that
 *   the editor and all else have the other half.
 * @param cores of the machine. A thread without a core of its own keeps all others waiting, so there are never more.
 * @returns at least 1.
 */
export function threadCount(chosen: unknown, cores: number): number {
  const isChosen = typeof chosen === 'number' && Number.isInteger(chosen) && chosen > 0;
  const wanted = isChosen ? chosen : Math.min(maxThreads, Math.floor(cores / 2));
  return Math.max(1, Math.min(wanted, cores));
}

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
