import * as onnx from 'onnxruntime-web/wasm';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openModel } from '../../src/engine/models/openModel';
import { SerialQueue } from '../../src/engine/onnx/queue';
import { startRuntime } from '../../src/engine/onnx/session';
import { TranslatorGraphs } from '../../src/engine/translator/translatorGraphs';
import { read, readModelFiles } from './modelFiles';

const ortDir = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const queue = new SerialQueue();

/** The graphs of a translator in this thread, for what the engine's contract does not reach. */
export async function openTranslator(folder: string) {
  await startRuntime(onnx, queue, await read(join(ortDir, 'ort-wasm-simd-threaded.wasm')), 'wasm');
  const files = await readModelFiles(folder);
  const { session, release } = await openModel(onnx, queue, files, 'wasm');
  const graphs = new TranslatorGraphs(session('encoder'), session('decoder'), files.manifest);
  return { graphs, begin: files.manifest.tokens?.begin ?? 0, release };
}
