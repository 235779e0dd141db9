import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineClient } from '../../src/common/engineClient/engineClient';
import { startWorker } from '../../src/extension/engine/platform';
import { read, readManifest, readModelFiles } from './modelFiles';

const root = join(import.meta.dirname, '../..');
const ortDir = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/**
 * The engine as the extension runs it in Node: the built worker in a thread, given the model's bytes.
 *
 * @param threads that it computes on.
 */
export async function startEngine(folder: string, threads = 1) {
  const { id: modelId, contextLength } = await readManifest(folder);
  const engine = new EngineClient(
    {
      startWorker: () => startWorker({ fsPath: join(root, 'dist/engineWorker.js') }),
      readWasm: () => read(join(ortDir, 'ort-wasm-simd-threaded.wasm')),
      readModel: () => readModelFiles(folder),
      readTokenizer: () => readModelFiles(folder),
      threads: () => threads,
    },
    { device: 'wasm' },
  );
  return { engine, modelId, contextLength };
}
