import { startBlobWorker } from '../../src/common/browser/blobWorker';
import type { Analysis, AnalyzeRequest } from '../../src/common/protocol/engine/analyze';
import type { GpuFault } from '../../src/common/protocol/engine/api';
import type { GenerateRequest, Generation } from '../../src/common/protocol/engine/generate';
import type { DevicePreference } from '../../src/common/protocol/engine/types';
import { EngineClient } from '../../src/common/engineClient/engineClient';
import { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import { readModelFiles } from '../../src/common/engineClient/modelFolder';

/** Runs in the page: an engine as a panel has it, told what to do by the test. */

export interface OpenOptions {
  readonly build: 'jspi' | 'wasm';
  readonly device: DevicePreference;
  /** Runs in the worker before the shipped script, to bend the browser around it. */
  readonly prologue?: string;
}

/** An outcome that can leave the page. */
export type Outcome =
  | { readonly analysis: Omit<Analysis, 'attentions'>; readonly weights: readonly number[] }
  | { readonly code: string; readonly message: string };

/** The same of a generation. */
export type Written =
  | { readonly generation: Omit<Generation, 'attentions'>; readonly weights: readonly number[] }
  | { readonly code: string; readonly message: string };

const wasmFiles = {
  jspi: 'ort-wasm-simd-threaded.jspi.wasm.gz',
  wasm: 'ort-wasm-simd-threaded.wasm.gz',
} as const;

const fetchBytes = async (path: string) => (await fetch(path)).arrayBuffer();
const fetchUnpacked = async (path: string) => {
  const { body } = await fetch(path);
  return new Response(body?.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};

class EnginePage {
  /** As the host keeps them beyond an engine's end. */
  readonly gpuFaults: GpuFault[] = [];
  #client: EngineClient | undefined;

  open({ build, device, prologue = '' }: OpenOptions): void {
    this.#client?.end();
    this.#client = new EngineClient(
      {
        startWorker: async () => {
          const script = await (await fetch(`/dist/web/engineWorker.${build}.js`)).text();
          return startBlobWorker(new TextEncoder().encode(`${prologue}\n${script}`));
        },
        readWasm: () => fetchUnpacked(`/dist/${wasmFiles[build]}`),
        readModel: async id => {
          // The fixture's own manifest.
          const manifest = (await (await fetch(`/${id}/manifest.json`)).json()) as Manifest;
          return readModelFiles(manifest, ({ path }) => fetchBytes(`/${id}/${path}`));
        },
        readTokenizer: async id => {
          const manifest = (await (await fetch(`/${id}/manifest.json`)).json()) as Manifest;
          return {
            manifest,
            tokenizer: await fetchBytes(`/${id}/${manifest.files.tokenizer.path}`),
          };
        },
        gpuFaults: {
          known: () => Promise.resolve(this.gpuFaults),
          remember: fault => Promise.resolve(void this.gpuFaults.push(fault)),
        },
      },
      { device },
    );
  }

  get device() {
    return this.#client?.device;
  }

  analyze(request: AnalyzeRequest): Promise<Outcome> {
    return this.#ask(async client => {
      const { attentions, ...analysis } = await client.analyze(request);
      return { analysis, weights: Array.from(attentions[0]?.weights ?? []) };
    });
  }

  generate(request: GenerateRequest): Promise<Written> {
    return this.#ask(async client => {
      const { attentions, ...generation } = await client.generate(request);
      const weights = attentions.flatMap(attention => Array.from(attention.weights));
      return { generation, weights };
    });
  }

  async #ask<T>(ask: (client: EngineClient) => Promise<T>) {
    if (!this.#client) {
      throw new Error('open first');
    }
    try {
      return await ask(this.#client);
    } catch (error) {
      if (EngineError.is(error)) {
        return { code: error.code, message: error.message };
      }
      throw error;
    }
  }
}

declare global {
  interface Window {
    engine: EnginePage;
    /** One for each shader that a bent worker has made. */
    shaders: unknown[];
    /** What the policy has forbidden. */
    violations: string[];
  }
}

window.violations = [];
document.addEventListener('securitypolicyviolation', event => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
window.engine = new EnginePage();
