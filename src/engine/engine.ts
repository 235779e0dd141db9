import type {
  Analysis,
  Attention,
  DeviceReport,
  EngineApi,
  EngineEvents,
} from '../shared/engineApi';
import { EngineError } from '../shared/errors';
import { link, move, type Handlers, type Port } from '../shared/rpc';
import { chooseDevice, type GpuOffer } from './device';
import { loadModel, type Model } from './model';
import { verifyFiles } from './modelFiles';
import { SerialQueue } from './queue';
import { startRuntime, whenDeviceLost, type OnnxRuntime } from './session';
import type { OnToken } from './streaming';

/**
 * Serves `EngineApi` on a port.
 *
 * @param onnx the build of ONNX Runtime that this worker carries.
 * @param offerOfGpu asked once, at the start.
 */
export function serveEngine(
  port: Port,
  onnx: OnnxRuntime,
  offerOfGpu: () => Promise<GpuOffer>,
): void {
  const queue = new SerialQueue();
  const models = new Map<string, Model>();
  let started: DeviceReport | undefined;

  const handlers: Handlers<EngineApi> = {
    start: async ({ wasm, device: preference, reason }) => {
      const chosen = chooseDevice(preference, await offerOfGpu());
      await startRuntime(onnx, queue, wasm, chosen.device);
      if (chosen.device === 'webgpu') {
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
      const model = await loadModel(onnx, queue, files, report.device);
      const before = models.get(id);
      // Set first: a load of the same model that ends meanwhile must not release the same one again.
      models.set(id, model);
      await before?.release();
      return { ...report, loadMs: performance.now() - startTime };
    },
    unload: async ({ modelId }) => {
      const model = models.get(modelId);
      models.delete(modelId);
      await model?.release();
    },
    tokenize: request => requireModel(request.modelId).tokenize(request),
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
      return model.score(request, signal);
    },
  };
  const { remote: owner } = link<EngineEvents, EngineApi>(port, handlers);

  function requireStarted(): DeviceReport {
    if (!started) {
      throw new EngineError('internal', 'The engine was used before it was started.');
    }
    return started;
  }

  function requireModel(modelId: string): Model {
    const model = models.get(modelId);
    if (!model) {
      throw new EngineError('model-not-loaded', `The model ${modelId} is not loaded.`);
    }
    return model;
  }
}

/** The buffers of all that is shown, each once. */
function buffersOf(
  shown: Partial<Analysis> & { readonly attentions: readonly Attention[] },
): ArrayBuffer[] {
  const states = [
    shown.hiddenStates,
    shown.cellStates,
    shown.targetHiddenStates,
    shown.targetCellStates,
    shown.attentionScores,
    shown.contexts,
  ];
  return [
    ...shown.attentions.map(({ weights }) => weights.buffer),
    ...states.flatMap(state => state?.values.buffer ?? []),
  ];
}

const unable = (modelId: string, why: string) =>
  new EngineError('input-invalid', `The model ${modelId} ${why}.`);
