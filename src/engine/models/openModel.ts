/** Opens the graphs and the tokenizer of a model folder, once its files agree with its manifest. */
import type { ModelFiles } from '../../common/protocol/engine/api';
import type { Device } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { checkGraph, requiredGraphs } from '../onnx/graphs';
import { tapsOf } from '../onnx/insideAttention';
import { tapGraph } from '../onnx/graphTaps';
import { LazyWeights } from '../onnx/lazyWeights';
import type { SerialQueue } from '../onnx/queue';
import type { OpenModel } from './model';
import { type OnnxRuntime, Session } from '../onnx/session';
import { openTokenizer } from '../tokenizer/tokenizer';
import type { ModelFile } from '../../common/protocol/manifest';
import { filesWithBytes } from '../../common/engineClient/modelFolder';

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
      const graph = tapGraph(graphs[name] ?? new ArrayBuffer(), tapsOf(manifest, shape));
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

/**
 * Compares every file of a model with its manifest: size, then SHA-256.
 *
 * @throws EngineError `model-invalid`, which names the file.
 */
export async function verifyFiles(files: ModelFiles): Promise<void> {
  for (const [file, bytes] of filesWithBytes(files)) {
    await verifyFile(file, bytes);
  }
}

/** Compares one file with its entry in the manifest. @throws EngineError `model-invalid`, which names it. */
export async function verifyFile(file: ModelFile, bytes: ArrayBuffer | undefined): Promise<void> {
  if (bytes?.byteLength !== file.bytes) {
    throw damaged(file, `it has ${bytes?.byteLength ?? 'no'} bytes and should have ${file.bytes}`);
  }
  // Absent in a worker whose page came over plain HTTP, which the type does not say.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  const digest = await subtle?.digest('SHA-256', bytes);
  if (digest && hexadecimal(digest) !== file.sha256) {
    throw damaged(file, 'its checksum is wrong');
  }
}

const hexadecimal = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, '0')).join('');

const damaged = ({ path }: ModelFile, how: string) =>
  new EngineError(
    'model-invalid',
    `The model's file ${path} is damaged: ${how}. Reinstall the extension or the model.`,
  );
