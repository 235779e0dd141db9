import { gunzip, readModelFiles } from '../../src/common/engineClient/modelFolder';
import { startBlobWorker } from '../../src/common/browser/blobWorker';
import { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Manifest } from '../../src/common/protocol/manifest';
import { sideBySide } from './sideBySide';

/** Runs in the page of `page.bench.ts`: our engine and transformers.js, one after the other, again and again. */

/** The part of transformers.js that is used. */
interface Transformers {
  readonly env: {
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    readonly backends: {
      readonly onnx: { readonly wasm: { numThreads: number; wasmPaths: string; proxy: boolean } };
    };
  };
  readonly AutoTokenizer: {
    from_pretrained(
      id: string,
    ): Promise<(text: string) => { readonly input_ids: { readonly dims: number[] } }>;
  };
  readonly AutoModel: {
    from_pretrained(id: string, options: object): Promise<(inputs: object) => Promise<unknown>>;
  };
}

declare global {
  interface Window {
    compare: typeof compare;
  }
}

const bytes = async (path: string) => (await fetch(path)).arrayBuffer();

async function compare(text: string, rounds: number) {
  const engine = new EngineClient(
    {
      startWorker: async () => startBlobWorker(await bytes('/dist/web/engineWorker.jspi.js')),
      readWasm: async () => gunzip(await bytes('/dist/ort-wasm-simd-threaded.jspi.wasm.gz')),
      readModel: async () => {
        // Our own file.
        const manifest = (await (await fetch('/model/manifest.json')).json()) as Manifest;
        return readModelFiles(manifest, ({ path }) => bytes(`/model/${path}`));
      },
      readTokenizer: async () => {
        const manifest = (await (await fetch('/model/manifest.json')).json()) as Manifest; // Our own file.
        return { manifest, tokenizer: await bytes(`/model/${manifest.files.tokenizer.path}`) };
      },
    },
    { device: 'wasm' },
  );
  const address = '/transformers/transformers.web.min.js';
  // Served beside the page.
  const transformers = (await import(address)) as Transformers;
  const { env, AutoTokenizer, AutoModel } = transformers;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/models/';
  Object.assign(env.backends.onnx.wasm, { numThreads: 1, proxy: false, wasmPaths: '/ort/' });
  const tokenizer = await AutoTokenizer.from_pretrained('all-minilm');
  const model = await AutoModel.from_pretrained('all-minilm', { dtype: 'fp32', device: 'wasm' });

  const attend = () => engine.analyze({ modelId: 'bert', text });
  const embed = () =>
    engine.analyze({ modelId: 'bert', text, attention: false, hiddenStates: true });
  const rival = () => model(tokenizer(text));
  const tokens = [(await attend()).source.length, tokenizer(text).input_ids.dims.at(-1) ?? 0];
  return {
    tokens,
    attention: await sideBySide(rounds, attend, rival),
    states: await sideBySide(rounds, embed, rival),
  };
}

window.compare = compare;
