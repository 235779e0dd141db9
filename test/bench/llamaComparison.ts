import { gunzip, readModelFiles } from '../../src/common/engineClient/modelFolder';
import { startBlobWorker } from '../../src/common/browser/blobWorker';
import { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Manifest } from '../../src/common/protocol/manifest';
import { paces } from './written';

/** Runs in the page of `llama.bench.ts`: our engine and wllama on one GGUF, one after the other, again and again. */

/** The part of wllama that is used. */
interface Wllama {
  loadModel(files: readonly Blob[], options: object): Promise<void>;
  getNumThreads(): number;
  createCompletion(options: object): Promise<void>;
}
type WllamaClass = new (paths: Readonly<Record<string, string>>, options: object) => Wllama;

declare global {
  interface Window {
    compareLlama: typeof compareLlama;
  }
}

const bytes = async (path: string) => (await fetch(path)).arrayBuffer();

/** @param prompts one for each round, and one before them. */
async function compareLlama(prompts: readonly string[], promptTokens: number, count: number) {
  // Our own file.
  const manifest = (await (await fetch('/model/manifest.json')).json()) as Manifest;
  const engine = new EngineClient(
    {
      startWorker: async () => startBlobWorker(await bytes('/dist/web/engineWorker.jspi.js')),
      readWasm: async () => gunzip(await bytes('/dist/ort-wasm-simd-threaded.jspi.wasm.gz')),
      readModel: () => readModelFiles(manifest, ({ path }) => bytes(`/model/${path}`)),
      readTokenizer: async () => ({ manifest, tokenizer: await bytes('/model/tokenizer.json') }),
    },
    { device: 'wasm' },
  );
  const address = '/wllama/index.js';
  // Served beside the page.
  const module = (await import(address)) as { readonly Wllama: WllamaClass };
  const wllama = new module.Wllama(
    { default: '/wllama/wasm/wllama.wasm' },
    { suppressNativeLog: true },
  );
  const gguf = new Blob([await bytes(`/model/${manifest.files.weights?.path ?? ''}`)]);
  await wllama.loadModel([gguf], { n_threads: 1, n_gpu_layers: 0, n_ctx: 512 });
  if (wllama.getNumThreads() !== 1) {
    throw new Error(`wllama took ${wllama.getNumThreads()} threads`);
  }
  return paces(
    {
      ours: {
        write: async (text, maxNewTokens, onToken) => {
          const strategy = { kind: 'greedy' } as const;
          const request = { modelId: manifest.id, text, strategy, maxNewTokens };
          await engine.generate(request, { onToken });
        },
      },
      wllama: {
        write: (prompt, max_tokens, onToken) =>
          wllama.createCompletion({
            ...{ prompt, max_tokens, temperature: 0, cache_prompt: false, stream: true },
            onData: onToken,
          }),
      },
    },
    round => prompts[round] ?? '',
    promptTokens,
    count,
    prompts.length - 1,
  );
}

window.compareLlama = compareLlama;
Object.assign(window, { compare: compareLlama });
