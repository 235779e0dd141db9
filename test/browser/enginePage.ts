import { startBlobWorker } from '../../src/shared/blobWorker';
import type { Analysis, AnalyzeRequest, DevicePreference } from '../../src/shared/engineApi';
import { EngineClient } from '../../src/shared/engineClient';
import { EngineError } from '../../src/shared/errors';
import type { Manifest } from '../../src/shared/manifest';

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

const wasmFiles = {
  jspi: 'ort-wasm-simd-threaded.jspi.wasm.gz',
  wasm: 'ort-wasm-simd-threaded.wasm.gz',
} as const;

const fetchBytes = async (path: string) => (await fetch(path)).arrayBuffer();
const fetchUnpacked = async (path: string) => {
  const { body } = await fetch(path);
  return new Response(body?.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};

export class EnginePage {
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
        readModel: async id => ({
          // The fixture's own manifest.
          manifest: (await (await fetch(`/${id}/manifest.json`)).json()) as Manifest,
          tokenizer: await fetchBytes(`/${id}/tokenizer.json`),
          graphs: { encoder: await fetchBytes(`/${id}/encoder.onnx`) },
        }),
      },
      { device },
    );
  }

  get device() {
    return this.#client?.device;
  }

  async analyze(request: AnalyzeRequest): Promise<Outcome> {
    if (!this.#client) {
      throw new Error('open first');
    }
    try {
      const { attentions, ...analysis } = await this.#client.analyze(request);
      return { analysis, weights: Array.from(attentions[0]?.weights ?? []) };
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
    /** What the policy has forbidden. */
    violations: string[];
  }
}

window.violations = [];
document.addEventListener('securitypolicyviolation', event => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
window.engine = new EnginePage();
