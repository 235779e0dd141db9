/** The engine of a worker: the methods of `EngineApi`, served on a port. */
import type { Analysis } from '../common/protocol/engine/analyze';
import type { EngineApi, EngineEvents, GpuFault, ModelFiles } from '../common/protocol/engine/api';
import type { Attention, DevicePreference, DeviceReport } from '../common/protocol/engine/types';
import { parseUsualHeads, type UsualHeads } from '../common/protocol/usualHeads';
import { EngineError } from '../common/errors';
import { filesWithBytes } from '../common/engineClient/modelFolder';
import { type Handlers, link, move, type Port, type Remote } from '../common/protocol/rpc';
import type { OnColumn } from '../common/protocol/engine/lens';
import type { OnToken } from './decoding/sequences';
import { DecoderOnly } from './models/decoderOnly';
import { EncoderDecoder } from './models/encoderDecoder';
import { EncoderOnly } from './models/encoderOnly';
import { differenceFrom, unusableOutput } from './models/gpuGuard';
import type { Model } from './models/model';
import { verifyFile, verifyFiles } from './models/openModel';
import { chooseDevice, type GpuOffer } from './onnx/device';
import { SerialQueue } from './onnx/queue';
import { type OnnxRuntime, startRuntime, whenDeviceLost } from './onnx/session';
import { spell, tokenize } from './tokenizer/tokenize';
import { openTokenizer } from './tokenizer/tokenizer';
import type { OnEffect } from '../common/protocol/engine/ablate';
import type { OnPart } from '../common/protocol/engine/score';

const families = {
  'encoder-only': EncoderOnly,
  'encoder-decoder': EncoderDecoder,
  'decoder-only': DecoderOnly,
} as const;

/** The worker's port to its owner. */
export interface EnginePort extends Port {
  /**
   * Settles when the messages that have arrived are delivered. It is called before each run, which blocks the thread: a
   * timer would be late by 1 ms in Node and by 4 in a browser, a good part of what a small model takes for a token.
   */
  drainMessages(): Promise<void>;
}

/**
 * Serves `EngineApi` on a port.
 *
 * @param onnx the build of ONNX Runtime that this worker carries.
 * @param offerOfGpu called once, at the start.
 */
export function serveEngine(
  port: EnginePort,
  onnx: OnnxRuntime,
  offerOfGpu: () => Promise<GpuOffer>,
): void {
  const queue = new SerialQueue({
    drainMessages: () => port.drainMessages(),
    onAlive: () => void owner.alive({}).catch(() => undefined),
  });
  const models = new LoadedModels();
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
      if (!started) {
        throw new EngineError('internal', 'The engine was used before it was started.');
      }
      const report = started;
      const startTime = performance.now();
      await verifyFiles(files);
      const usualHeads = files.heads && parseUsualHeads(files.heads);
      const { id, family } = files.manifest;
      const fault = gpu && gpu.preference === 'auto' && faultOf(gpu, id);
      if (fault) {
        throw new EngineError('device-unavailable', fault.reason);
      }
      const model = await families[family]
        .load(onnx, queue, files, report.device)
        .catch((error: unknown) => {
          // Its smoke test gave no numbers.
          const isWrong = EngineError.is(error) && EngineError.is(error.cause, 'model-invalid');
          throw gpu && isWrong ? gpuFault(gpu, files, unusableOutput) : error;
        });
      await requireRightGpu(model, files);
      await models.add(id, model, usualHeads);
      if (sizeOf(files) > worthCollecting) {
        setTimeout(collectGarbage); // When nothing here holds them any more.
      }
      return { ...report, loadMs: performance.now() - startTime };
    },
    unload: ({ modelId }) => models.remove(modelId),
    loadTokenizer: async files => {
      const { manifest } = files;
      await verifyFile(manifest.files.tokenizer, files.tokenizer);
      const tokenizer = openTokenizer(files);
      models.addTokenizer(manifest.id, {
        tokenize: request => tokenize(manifest, tokenizer, request),
        spell: ids => spell(tokenizer, ids),
      });
    },
    ...verbsOf(models, () => owner),
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
      // What does not compute may not be released either; the first error is the one to report.
      await model.release().catch(() => undefined);
      throw error;
    }
  }

  /** Has the owner remember the fault. @returns EngineError `device-unavailable` */
  function gpuFault({ name, id }: UsedGpu, { manifest }: ModelFiles, how: string): EngineError {
    const reason = `WebGPU computes ${manifest.name} wrongly on this graphics card (${name}): ${how}.`;
    void owner.gpuFault({ adapter: id, modelId: manifest.id, reason }).catch(() => undefined);
    return new EngineError('device-unavailable', reason);
  }
}

type Verb =
  | 'tokenize'
  | 'spell'
  | 'analyze'
  | 'generate'
  | 'score'
  | 'predict'
  | 'lens'
  | 'classify'
  | 'ablate';

/** The methods that run loaded models. @param owner is notified of tokens and parts as they come. */
function verbsOf(
  models: LoadedModels,
  owner: () => Remote<EngineEvents>,
): Pick<Handlers<EngineApi>, Verb> {
  return {
    tokenize: request => models.tokenizerOf(request.modelId).tokenize(request),
    spell: ({ modelId, ids }) => models.tokenizerOf(modelId).spell(ids),
    analyze: async (request, signal) => {
      const { model, usualHeads } = models.loaded(request.modelId);
      const analysis = await model.analyze(request, signal);
      return move({ ...analysis, usualHeads }, buffersOf(analysis));
    },
    generate: async (request, signal) => {
      const model = models.get(request.modelId);
      if (!model.generate) {
        throw unable(request.modelId, 'writes no text; ask for its analysis');
      }
      const onToken: OnToken | undefined = streamed(request, (streamId, token) =>
        owner().token({ streamId, ...token }),
      );
      const generation = await model.generate(request, onToken, signal);
      return move(generation, buffersOf(generation));
    },
    score: async (request, signal) => {
      const model = models.get(request.modelId);
      if (!model.score) {
        throw unable(request.modelId, 'gives a text no probability; ask for its analysis');
      }
      const onPart: OnPart | undefined = streamed(request, (streamId, part) =>
        owner().scored({ streamId, ...part }),
      );
      return model.score(request, onPart, signal);
    },
    predict: async (request, signal) => {
      const model = models.get(request.modelId);
      if (!model.predict) {
        throw unable(request.modelId, 'does not go on with a text; take GPT-2 or a Llama');
      }
      const prediction = await model.predict(request, signal);
      return move(prediction, [prediction.logits.values.buffer]);
    },
    ablate: async (request, signal) => {
      const model = models.get(request.modelId);
      if (!model.ablate) {
        throw unable(
          request.modelId,
          'has no attention, and so no heads to switch off; take BERT or GPT-2',
        );
      }
      const onEffect: OnEffect | undefined = streamed(request, (streamId, effect) =>
        owner().ablated({ streamId, ...effect }),
      );
      return model.ablate(request, onEffect, signal);
    },
    lens: async (request, signal) => {
      const model = models.get(request.modelId);
      if (!model.lens) {
        throw unable(
          request.modelId,
          'cannot tell what its layers would say; take GPT-2 or a Llama',
        );
      }
      const onColumn: OnColumn | undefined = streamed(request, (streamId, column) =>
        owner().lensed({ streamId, ...column }),
      );
      return model.lens(request, onColumn, signal);
    },
    classify: (request, signal) => {
      const model = models.get(request.modelId);
      if (!model.classify) {
        throw unable(request.modelId, 'judges no text; take ULMFiT');
      }
      return model.classify(request, signal);
    },
  };
}

/** Sends what comes of a request that has a stream; what is lost on the way is in the answer too. */
const streamed = <Stream, Part>(
  { streamId }: { readonly streamId?: Stream | undefined },
  send: (streamId: Stream, part: Part) => Promise<void>,
): ((part: Part) => void) | undefined =>
  streamId === undefined ? undefined : part => void send(streamId, part).catch(() => undefined);

/** The methods of a model that need its tokenizer alone. */
type TokenizerVerbs = Pick<Model, 'tokenize' | 'spell'>;

/** The models that an engine holds, and the tokenizers of models that are not loaded, by their ids. */
class LoadedModels {
  readonly #models = new Map<string, LoadedModel>();
  readonly #tokenizers = new Map<string, TokenizerVerbs>();

  async add(id: string, model: Model, usualHeads: UsualHeads | undefined): Promise<void> {
    const before = this.#models.get(id);
    // Set first: a load of the same model that ends meanwhile must not release the same one again.
    this.#models.set(id, { model, usualHeads });
    this.#tokenizers.delete(id);
    await before?.model.release();
  }

  async remove(id: string): Promise<void> {
    const loaded = this.#models.get(id);
    this.#models.delete(id);
    await loaded?.model.release();
  }

  addTokenizer(id: string, tokenizer: TokenizerVerbs): void {
    this.#tokenizers.set(id, tokenizer);
  }

  /** @throws EngineError `model-not-loaded` */
  tokenizerOf(id: string): TokenizerVerbs {
    return this.#models.get(id)?.model ?? this.#tokenizers.get(id) ?? this.get(id);
  }

  /** @throws EngineError `model-not-loaded` */
  get(id: string): Model {
    return this.loaded(id).model;
  }

  /** @throws EngineError `model-not-loaded` */
  loaded(id: string): LoadedModel {
    const loaded = this.#models.get(id);
    if (!loaded) {
      throw new EngineError('model-not-loaded', `The model ${id} is not loaded.`);
    }
    return loaded;
  }
}

/** A model, and what its folder says that its heads usually do. */
interface LoadedModel {
  readonly model: Model;
  readonly usualHeads: UsualHeads | undefined;
}

/** The adapter that models run on, the user's preference, and what the adapter has computed wrongly before. */
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

/** The buffers of a result, each once. */
function buffersOf(
  result: Partial<Analysis> & { readonly attentions: readonly Attention[] },
): ArrayBuffer[] {
  const states = [
    result.hiddenStates,
    result.cellStates,
    result.targetHiddenStates,
    result.targetCellStates,
    result.firstHiddenStates,
    result.firstCellStates,
    result.attentionScores,
    result.contexts,
    result.inside?.queries,
    result.inside?.keys,
    result.inside?.values,
    result.inside?.outputs,
    result.inside?.beforeRotation?.queries,
    result.inside?.beforeRotation?.keys,
    result.inside?.projection,
  ];
  return [
    ...result.attentions.map(({ weights }) => weights.buffer),
    ...states.flatMap(state => state?.values.buffer ?? []),
    ...(result.inside?.scoreVector ? [result.inside.scoreVector.buffer] : []),
  ];
}

const unable = (modelId: string, why: string) =>
  new EngineError('input-invalid', `The model ${modelId} ${why}.`);

/** Size of each throw-away buffer, in bytes. It is never written to, so never backed by physical memory. */
const throwAwayBytes = 2 ** 26;
const throwAwayBuffers = 4;
/** In bytes: a smaller model leaves little behind, and a collection takes some 10 ms. */
const worthCollecting = 2 ** 24;

/**
 * Makes V8 free what a load has left behind: the file of a model may be 100 MB, and would stand beside the model for
 * minutes, as V8 collects by how many bytes of buffers were made and does not count what WebAssembly takes.
 */
function collectGarbage(): void {
  try {
    for (let index = 0; index < throwAwayBuffers; index++) {
      new ArrayBuffer(throwAwayBytes);
    }
  } catch {
    // Where there is no room for this either, V8 has collected already.
  }
}
