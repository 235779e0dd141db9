/** Opens the graphs and the tokenizer of a model folder. */

import type { ModelFiles } from '../../common/protocol/engine/api';
import type { Device } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { checkGraph, requiredGraphs, tapsOf } from '../onnx/graphs';
import { tapGraph } from '../onnx/graphTaps';
import { LazyWeights } from '../onnx/lazyWeights';
import type { SerialQueue } from '../onnx/queue';
import type { OpenModel } from './model';
import { Session, type OnnxRuntime } from '../onnx/session';
import { openTokenizer } from '../tokenizer/tokenizer';

/**
 * Opens the graphs that the family needs and checks their names and the tokenizer against the manifest.
 *
 * @param files verified already.
 * @throws EngineError `model-invalid`, `out-of-memory`, `device-lost`, `device-unavailable`
 */
export async function openModel(
  onnx: OnnxRuntime,
  queue: SerialQueue,
  files: ModelFiles,
  device: Device,
): Promise<OpenModel> {
  const { manifest, graphs } = files;
  const sessions = new Map<string, Session>();
  const release = async () => {
    for (const session of sessions.values()) {
      await session.release();
    }
  };
  const needed = Object.entries(requiredGraphs(manifest));
  for (const [name] of needed) {
    // A graph that the manifest does not name was not verified.
    if (!graphs[name] || !(name in manifest.files.graphs)) {
      throw new EngineError(
        'model-invalid',
        `The manifest of ${manifest.id} names no graph "${name}". Reinstall the extension or the model.`,
      );
    }
  }
  const tokenizer = openTokenizer(files);
  const weights = weightsOf(files);
  try {
    for (const [name, shape] of needed) {
      const graph = tapGraph(graphs[name] ?? new ArrayBuffer(), tapsOf(manifest, name));
      const session = await Session.open(onnx, queue, graph, device, weights);
      sessions.set(name, session);
      checkGraph(manifest, name, shape, session);
    }
  } catch (error) {
    await quietly(release);
    throw error;
  }
  return {
    manifest,
    tokenizer,
    device,
    release,
    session: graph => {
      const session = sessions.get(graph);
      if (!session) {
        throw new EngineError('model-invalid', `${manifest.id} has no graph "${graph}".`);
      }
      return session;
    },
  };
}

/**
 * Runs a model that was just opened at the limits that its manifest promises; a model that fails is released.
 *
 * @throws EngineError `model-invalid`, on WebGPU `device-unavailable`, and those of a run.
 */
export async function smokeTest<T>(model: OpenModel, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    await quietly(model.release);
    // The files were verified: NaN is the fault of WebGPU if it runs there.
    const isWrong = model.device === 'webgpu' && EngineError.is(cause, 'model-invalid');
    if (!isWrong && !EngineError.is(cause, 'inference-failed')) {
      throw cause;
    }
    throw new EngineError(
      // What verified files cannot do on WebGPU may be WebGPU's fault.
      model.device === 'webgpu' ? 'device-unavailable' : 'model-invalid',
      `The graph of ${model.manifest.id} cannot do what its manifest promises: ${cause.message}`,
      { cause },
    );
  }
}

/** The weights of a model whose graphs hold none. @throws EngineError `model-invalid` */
function weightsOf({ manifest, weights, tensors }: ModelFiles): LazyWeights | undefined {
  if (!weights && !tensors) {
    return undefined;
  }
  if (!weights || !tensors || !manifest.files.weights || !manifest.files.tensors) {
    throw new EngineError(
      'model-invalid',
      `The manifest of ${manifest.id} must name both "weights" and "tensors". Reinstall the extension or the model.`,
    );
  }
  return new LazyWeights(weights, tensors);
}

/** On a device that was lost a release fails too; the first error is the one to report. */
const quietly = (release: () => Promise<void>) => release().catch(() => undefined);
