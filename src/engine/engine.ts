import type { DeviceReport, EngineApi, EngineEvents } from '../shared/engineApi';
import { EngineError } from '../shared/errors';
import { link, move, type Handlers, type Port } from '../shared/rpc';
import { chooseDevice, type GpuOffer } from './device';
import { EncoderOnly } from './encoderOnly';
import { verifyFiles } from './modelFiles';
import { SerialQueue } from './queue';
import { startRuntime, whenDeviceLost, type OnnxRuntime } from './session';

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
  const models = new Map<string, EncoderOnly>();
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
      const model = await EncoderOnly.load(onnx, queue, files, report.device);
      await models.get(id)?.release();
      models.set(id, model);
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
      return move(analysis, [
        ...analysis.attentions.map(({ weights }) => weights.buffer),
        ...(analysis.hiddenStates ? [analysis.hiddenStates.values.buffer] : []),
      ]);
    },
  };
  const { remote: owner } = link<EngineEvents, EngineApi>(port, handlers);

  function requireStarted(): DeviceReport {
    if (!started) {
      throw new EngineError('internal', 'The engine was used before it was started.');
    }
    return started;
  }

  function requireModel(modelId: string): EncoderOnly {
    const model = models.get(modelId);
    if (!model) {
      throw new EngineError('model-not-loaded', `The model ${modelId} is not loaded.`);
    }
    return model;
  }
}
