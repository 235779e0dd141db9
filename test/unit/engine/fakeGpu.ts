import * as onnx from 'onnxruntime-web/wasm';
import type { GpuOffer } from '../../../src/engine/onnx/device';
import type { OnnxRuntime } from '../../../src/engine/onnx/session';

export const adapter = {
  ...{ kind: 'adapter', name: 'ACME Turbo', id: 'acme/turbo//', isSoftware: false },
} as const satisfies GpuOffer;

type Tensors = Readonly<Record<string, onnx.Tensor>>;

/**
 * ONNX Runtime with a graphics card: what is asked of WebGPU runs on WebAssembly, and is then bent.
 *
 * @param bend changes the float32 values of an output, as a driver might.
 */
export function fakeGpu(bend: (values: Float32Array, output: string) => void) {
  /** What sessions were made on, but those that start the runtime. */
  const opened: string[] = [];
  const create = async (graph: Uint8Array, options: onnx.InferenceSession.SessionOptions) => {
    const [provider] = options.executionProviders ?? [];
    const device = typeof provider === 'object' ? provider.name : provider;
    const session = await onnx.InferenceSession.create(graph, {
      ...options,
      executionProviders: ['wasm'],
    });
    if (graph.byteLength < 100) {
      return session;
    }
    opened.push(device ?? 'none');
    if (device === 'webgpu') {
      const run = session.run.bind(session);
      const runBent = async (feeds: Tensors, fetches: readonly string[]) => {
        const outputs = await run(feeds, fetches);
        for (const [name, { data }] of Object.entries(outputs)) {
          if (data instanceof Float32Array) {
            bend(data, name);
          }
        }
        return outputs;
      };
      Object.assign(session, { run: runBent });
    }
    return session;
  };
  const runtime = {
    Tensor: onnx.Tensor,
    InferenceSession: { create },
    env: {
      wasm: onnx.env.wasm,
      webgpu: { device: Promise.resolve({ lost: new Promise(() => undefined) }) },
    },
  };
  // As far as the engine uses it.
  return { runtime: runtime as unknown as OnnxRuntime, opened };
}
