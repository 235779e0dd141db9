/** The platform of the extension host's engine in a browser, the twin of `platform.ts`. */
import { workspace, type Uri } from 'vscode';
import { hasJspi, startBlobWorker } from '../../common/browser/blobWorker';
import type { WorkerHandle } from '../../common/engineClient/runningEngine';
import type { DevicePreference } from '../../common/protocol/engine/types';

/** The engine's files in `dist`, for this host. */
export const engineFiles = () =>
  hasJspi()
    ? { worker: 'web/engineWorker.jspi.js', wasm: 'ort-wasm-simd-threaded.jspi.wasm.gz' }
    : { worker: 'web/engineWorker.wasm.js', wasm: 'ort-wasm-simd-threaded.wasm.gz' };

/** A web host has the same devices as a page. */
export const engineDevice = (preference: DevicePreference): DevicePreference => preference;

/** A web host shares no memory with a worker. */
export const engineThreads = (): number => 1;

/** Starts the engine in a web worker inside the web extension host. */
export async function startWorker(script: Uri): Promise<WorkerHandle> {
  return startBlobWorker(new Uint8Array(await workspace.fs.readFile(script)));
}
