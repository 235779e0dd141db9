import type { Analysis } from '../common/protocol/engine/analyze';
import type { EngineApi, EngineEvents, GpuFault, ModelFiles } from '../common/protocol/engine/api';
import type { Attention, DevicePreference, DeviceReport } from '../common/protocol/engine/types';
import { EngineError } from '../common/errors';
import { filesWithBytes } from '../common/engineClient/modelFolder';
import { link, move, type Handlers, type Port } from '../common/protocol/rpc';
import { chooseDevice, type GpuOffer } from './onnx/device';
import { collectGarbage, worthCollecting } from './onnx/forceGarbageCollection';
import { differenceFrom, unusable } from './models/gpuGuard';
import { loadModel, type Model } from './models/model';
import { verifyFile, verifyFiles } from './models/modelFiles';
import { openTokenizer } from './tokenizer/openTokenizer';
import { SerialQueue } from './onnx/queue';
import type { OnPart } from './decoder/score';
import { startRuntime, whenDeviceLost, type OnnxRuntime } from './onnx/session';
import type { OnToken } from './decoding/streaming';
import { spell, tokenize } from './tokenizer/tokenize';

/** To whoever made the worker. */
export interface EnginePort extends Port {
  /**
   * Settles when the messages that have come were heard. Asked for before each run, which blocks the thread: a timer
   * would be late by 1 ms in Node and by 4 in a browser, a good part of what a small model takes for a token.
   */
  hear(): Promise<void>;
}

/**
 * Serves `EngineApi` on a port.
 *
 * @param onnx the build of ONNX Runtime that this worker carries.
 * @param offerOfGpu asked once, at the start.
 */
export function serveEngine(
  port: EnginePort,
  onnx: OnnxRuntime,
  offerOfGpu: () => Promise<GpuOffer>,
): void {
  const queue = new SerialQueue({
    hear: () => port.hear(),
    onAlive: () => void owner.alive({}).catch(() => undefined),
  });
  const models = new Map<string, Model>();
  /** Of models that are not loaded; of the others the tokenizer is with them. */
  const tokenizers = new Map<string, Pick<Model, 'tokenize' | 'spell'>>();
  let started: DeviceReport | undefined;
  let gpu: UsedGpu | undefined;

  const handlers: Handlers<EngineApi> = {
    start: async ({ wasm, device: preference, reason, threads, modelId, gpuFaults = [] }) => {
      const offer = await offerOfGpu();
      const used =
        offer.kind === 'adapter' ? { ...offer, preference, faults: gpuFaults } : undefined;
      const chosen = chooseDevice(preference, offer, used && faultOf(used, modelId));
      await startRuntime(onnx, queue, wasm, chosen.device, threads);
      if (chosen.device === 'webgpu') {
        gpu = used;
        void whenDeviceLost(onnx)
          .then(lossReason => owner.deviceLost({ reason: lossReason }))
          // The owner ends this worker instead of answering.
          .catch(() => undefined);
      }
      started = { ...chosen, ...(reason !== undefined && { reason }) };
      return started;
    },
    load: async files => {
      const report = requireStarted();
      const startTime = performance.now();
      await verifyFiles(files);
      const { id } = files.manifest;
      const fault = gpu && gpu.preference === 'auto' && faultOf(gpu, id);
      if (fault) {
        throw new EngineError('device-unavailable', fault.reason);
      }
      const model = await loadModel(onnx, queue, files, report.device).catch((error: unknown) => {
        // Its try-out gave nothing that can be told.
        const isWrong = EngineError.is(error) && EngineError.is(error.cause, 'model-invalid');
        throw gpu && isWrong ? gpuFault(gpu, files, unusable) : error;
      });
      await requireRightGpu(model, files);
      const before = models.get(id);
      // Set first: a load of the same model that ends meanwhile must not release the same one again.
      models.set(id, model);
      tokenizers.delete(id);
      await before?.release();
      if (sizeOf(files) > worthCollecting) {
        setTimeout(collectGarbage); // When nothing here holds them any more.
      }
      return { ...report, loadMs: performance.now() - startTime };
    },
    unload: async ({ modelId }) => {
      const model = models.get(modelId);
      models.delete(modelId);
      await model?.release();
    },
    loadTokenizer: async files => {
      const { manifest } = files;
      await verifyFile(manifest.files.tokenizer, files.tokenizer);
      const tokenizer = openTokenizer(files);
      tokenizers.set(manifest.id, {
        tokenize: request => tokenize(manifest, tokenizer, request),
        spell: ids => spell(tokenizer, ids),
      });
    },
    tokenize: request => requireTokenizer(request.modelId).tokenize(request),
    spell: ({ modelId, ids }) => requireTokenizer(modelId).spell(ids),
    analyze: async (request, signal) => {
      const analysis = await requireModel(request.modelId).analyze(request, signal);
      return move(analysis, buffersOf(analysis));
    },
    generate: async (request, signal) => {
      const model = requireModel(request.modelId);
      if (!model.generate) {
        throw unable(request.modelId, 'writes no text; ask for its analysis');
      }
      const { streamId } = request;
      const onToken: OnToken | undefined =
        streamId === undefined
          ? undefined
          : // What is lost here is in the generation too.
            token => void owner.token({ streamId, ...token }).catch(() => undefined);
      const generation = await model.generate(request, onToken, signal);
      return move(generation, buffersOf(generation));
    },
    score: async (request, signal) => {
      const model = requireModel(request.modelId);
      if (!model.score) {
        throw unable(request.modelId, 'gives a text no probability; ask for its analysis');
      }
      const { streamId } = request;
      const onPart: OnPart | undefined =
        streamId === undefined
          ? undefined
          : // What is lost here is in the score too.
            part => void owner.scored({ streamId, ...part }).catch(() => undefined);
      return model.score(request, onPart, signal);
    },
    predict: async (request, signal) => {
      const model = requireModel(request.modelId);
      if (!model.predict) {
        throw unable(request.modelId, 'does not go on with a text; take GPT-2 or a Llama');
      }
      const prediction = await model.predict(request, signal);
      return move(prediction, [prediction.logits.values.buffer]);
    },
    classify: (request, signal) => {
      const model = requireModel(request.modelId);
      if (!model.classify) {
        throw unable(request.modelId, 'judges no text; take ULMFiT');
      }
      return model.classify(request, signal);
    },
  };
  const { remote: owner } = link<EngineEvents, EngineApi>(port, handlers);

  /** On WebGPU. @throws EngineError `device-unavailable` when the model does not compute what its folder says. */
  async function requireRightGpu(model: Model, files: ModelFiles): Promise<void> {
    if (!gpu || !files.expected) {
      return;
    }
    try {
      const how = await differenceFrom(files.expected, model, files.manifest);
      if (how !== undefined) {
        throw gpuFault(gpu, files, how);
      }
    } catch (error) {
      // What does not compute may not let go either; the first error is the one to tell.
      await model.release().catch(() => undefined);
      throw error;
    }
  }

  /** Has it remembered. @returns EngineError `device-unavailable` */
  function gpuFault({ name, id }: UsedGpu, { manifest }: ModelFiles, how: string): EngineError {
    const reason = `WebGPU computes ${manifest.name} wrongly on this graphics card (${name}): ${how}.`;
    void owner.gpuFault({ adapter: id, modelId: manifest.id, reason }).catch(() => undefined);
    return new EngineError('device-unavailable', reason);
  }

  function requireStarted(): DeviceReport {
    if (!started) {
      throw new EngineError('internal', 'The engine was used before it was started.');
    }
    return started;
  }

  function requireTokenizer(modelId: string): Pick<Model, 'tokenize' | 'spell'> {
    return models.get(modelId) ?? tokenizers.get(modelId) ?? requireModel(modelId);
  }

  function requireModel(modelId: string): Model {
    const model = models.get(modelId);
    if (!model) {
      throw new EngineError('model-not-loaded', `The model ${modelId} is not loaded.`);
    }
    return model;
  }
}

/** The adapter that models run on, what was asked for, and what it has computed wrongly before. */
interface UsedGpu {
  readonly name: string;
  readonly id: string;
  readonly preference: DevicePreference;
  readonly faults: readonly GpuFault[];
}

const faultOf = ({ id, faults }: UsedGpu, modelId: string | undefined) =>
  faults.find(fault => fault.adapter === id && fault.modelId === modelId);

/** In bytes, as the manifest promises. */
const sizeOf = (files: ModelFiles): number =>
  Array.from(filesWithBytes(files), ([{ bytes }]) => bytes).reduce((sum, bytes) => sum + bytes, 0);

/** The buffers of all that is shown, each once. */
function buffersOf(
  shown: Partial<Analysis> & { readonly attentions: readonly Attention[] },
): ArrayBuffer[] {
  const states = [
    shown.hiddenStates,
    shown.cellStates,
    shown.targetHiddenStates,
    shown.targetCellStates,
    shown.firstHiddenStates,
    shown.firstCellStates,
    shown.attentionScores,
    shown.contexts,
    shown.inside?.queries,
    shown.inside?.keys,
    shown.inside?.values,
    shown.inside?.outputs,
  ];
  return [
    ...shown.attentions.map(({ weights }) => weights.buffer),
    ...states.flatMap(state => state?.values.buffer ?? []),
  ];
}

const unable = (modelId: string, why: string) =>
  new EngineError('input-invalid', `The model ${modelId} ${why}.`);
