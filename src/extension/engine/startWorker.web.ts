import { workspace, type Uri } from 'vscode';
import { hasJspi, startBlobWorker } from '../../common/browser/blobWorker';
import type { WorkerHandle } from '../../common/engineClient/runningEngine';

/** The engine's files in `dist`, for this host. */
export const engineFiles = () =>
  hasJspi()
    ? { worker: 'web/engineWorker.jspi.js', wasm: 'ort-wasm-simd-threaded.jspi.wasm.gz' }
    : { worker: 'web/engineWorker.wasm.js', wasm: 'ort-wasm-simd-threaded.wasm.gz' };

/** Starts the engine in a web worker inside the web extension host. */
export async function startWorker(script: Uri): Promise<WorkerHandle> {
  return startBlobWorker(new Uint8Array(await workspace.fs.readFile(script)));
}
