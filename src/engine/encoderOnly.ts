import type {
  Analysis,
  AnalyzeRequest,
  Device,
  ModelFiles,
  Tokenization,
  TokenizeRequest,
} from '../shared/engineApi';
import { EngineError } from '../shared/errors';
import type { Manifest } from '../shared/manifest';
import { checkGraph, checkShape, encoderOnlyGraph, requiredGraph } from './graphs';
import { fitContext, frameWhole } from './modelInput';
import type { SerialQueue } from './queue';
import { Session, type OnnxRuntime, type Output } from './session';
import { Tokenizer } from './tokenizer';

const { inputs, outputs } = encoderOnlyGraph;

/** What the graph reads: [S] each, a batch of one. */
interface Input {
  readonly inputIds: readonly number[];
  readonly tokenTypeIds: readonly number[];
  readonly positionIds: readonly number[];
}

/** A model of the family of BERT, ready to run. */
export class EncoderOnly {
  readonly device: Device;
  readonly #manifest: Manifest;
  readonly #tokenizer: Tokenizer;
  readonly #session: Session;

  private constructor(manifest: Manifest, tokenizer: Tokenizer, session: Session, device: Device) {
    this.#manifest = manifest;
    this.#tokenizer = tokenizer;
    this.#session = session;
    this.device = device;
  }

  /**
   * Opens the graph and holds it against the manifest with one run.
   *
   * @param files verified already.
   * @throws EngineError `model-invalid`, `out-of-memory`, `device-lost`, `device-unavailable`
   */
  static async load(
    onnx: OnnxRuntime,
    queue: SerialQueue,
    { manifest, tokenizer: tokenizerFile, graphs }: ModelFiles,
    device: Device,
  ): Promise<EncoderOnly> {
    const graph = graphs[requiredGraph(manifest)];
    if (!graph) {
      throw new EngineError('model-invalid', `The graph of ${manifest.id} is missing.`);
    }
    const tokenizer = new Tokenizer(tokenizerFile);
    if (tokenizer.vocabSize > manifest.vocabSize) {
      throw new EngineError(
        'model-invalid',
        `The manifest of ${manifest.id} promises ${manifest.vocabSize} tokens; its tokenizer has ${tokenizer.vocabSize}.`,
      );
    }
    const session = await Session.open(onnx, queue, graph, device);
    const model = new EncoderOnly(manifest, tokenizer, session, device);
    try {
      checkGraph(manifest, session);
      await model.#tryOut();
    } catch (error) {
      // On a device that was lost this fails too; the first error is the one to tell.
      await session.release().catch(() => undefined);
      throw error;
    }
    return model;
  }

  tokenize(request: TokenizeRequest): Tokenization {
    return { modelId: this.#manifest.id, tokens: frameWhole(this.#tokenizer, request) };
  }

  /** @throws EngineError `input-empty`, `input-too-long` and those of `Session.run`. */
  async analyze(request: AnalyzeRequest, signal?: AbortSignal): Promise<Analysis> {
    const { id: modelId, layers, heads, hiddenSize, contextLength } = this.#manifest;
    const { tokens, window, dropped } = fitContext(
      this.#tokenizer,
      contextLength,
      request,
      request.windowStart ?? 0,
    );
    const { attentions, hiddenStates, runMs } = await this.#run(
      {
        inputIds: tokens.map(({ id }) => id),
        tokenTypeIds: tokens.map(({ segment }) => segment),
        positionIds: tokens.map((_, position) => position),
      },
      request.attention ?? true,
      request.hiddenStates ?? false,
      signal,
    );
    const S = tokens.length;
    return {
      modelId,
      source: tokens,
      target: [],
      attentions: attentions
        ? [{ kind: 'encoder', shape: [layers, heads, S, S], weights: attentions.values }]
        : [],
      hiddenStates: hiddenStates && {
        shape: [layers + 1, S, hiddenSize],
        values: hiddenStates.values,
      },
      candidates: [],
      window,
      dropped,
      device: this.device,
      runMs,
    };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** Reaches for the corners of what the manifest promises: the last token id, the last position, every output. */
  async #tryOut(): Promise<void> {
    const { id, layers, heads, hiddenSize, vocabSize, contextLength } = this.#manifest;
    const { attentions, hiddenStates } = await this.#run(
      {
        inputIds: [0, vocabSize - 1],
        tokenTypeIds: [0, 1],
        positionIds: [0, contextLength - 1],
      },
      true,
      true,
    ).catch((cause: unknown) => {
      if (!EngineError.is(cause, 'inference-failed')) {
        throw cause;
      }
      throw new EngineError(
        // The files were verified: what they cannot do on WebGPU may be WebGPU's fault.
        this.device === 'webgpu' ? 'device-unavailable' : 'model-invalid',
        `The graph of ${id} cannot do what its manifest promises: ${cause.message}`,
        { cause },
      );
    });
    checkShape(id, 'attention', attentions?.dims ?? [], [layers, 1, heads, 2, 2]);
    checkShape(id, 'hidden states', hiddenStates?.dims ?? [], [layers + 1, 1, 2, hiddenSize]);
  }

  async #run(
    { inputIds, tokenTypeIds, positionIds }: Input,
    withAttentions: boolean,
    withHiddenStates: boolean,
    signal?: AbortSignal,
  ): Promise<{
    readonly attentions: Output | undefined;
    readonly hiddenStates: Output | undefined;
    readonly runMs: number;
  }> {
    const run = await this.#session.run(
      {
        [inputs.inputIds]: [inputIds],
        [inputs.attentionMask]: [inputIds.map(() => 1)],
        [inputs.tokenTypeIds]: [tokenTypeIds],
        [inputs.positionIds]: [positionIds],
        [inputs.outputAttentions]: withAttentions,
        [inputs.outputHiddenStates]: withHiddenStates,
      },
      [
        // One output must be fetched; this one is small.
        outputs.lastHiddenState,
        ...(withAttentions ? [outputs.attentions] : []),
        ...(withHiddenStates ? [outputs.hiddenStates] : []),
      ],
      signal,
    );
    return {
      attentions: run.outputs.get(outputs.attentions),
      hiddenStates: run.outputs.get(outputs.hiddenStates),
      runMs: run.runMs,
    };
  }
}
