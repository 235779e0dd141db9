import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EngineClient } from '../../src/shared/engineClient';
import { parseJson, parseManifest } from '../../src/shared/manifest';
import { startWorker } from '../../src/startWorker';

const root = join(import.meta.dirname, '../..');
const ortDir = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** The engine as the extension runs it in Node: the built worker in a thread, given the model's bytes. */
export async function startEngine(folder: string) {
  const manifest = parseManifest(parseJson(await read(join(folder, 'manifest.json')), folder));
  const { tokenizer, graphs } = manifest.files;
  const engine = new EngineClient(
    {
      startWorker: () => startWorker({ fsPath: join(root, 'dist/engineWorker.js') }),
      readWasm: () => read(join(ortDir, 'ort-wasm-simd-threaded.wasm')),
      readModel: async () => ({
        manifest,
        tokenizer: await read(join(folder, tokenizer.path)),
        graphs: Object.fromEntries(
          await Promise.all(
            Object.entries(graphs).map(
              async ([name, { path }]) => [name, await read(join(folder, path))] as const,
            ),
          ),
        ),
      }),
    },
    { device: 'wasm' },
  );
  return { engine, modelId: manifest.id, contextLength: manifest.contextLength };
}

/** In a buffer of its own, because the engine takes it over. */
async function read(path: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  if (!(bytes instanceof ArrayBuffer)) {
    throw new TypeError(`${basename(path)} was read into shared memory`);
  }
  return bytes;
}
