/** The family of encoder-only models: BERT. */

import type { AblateRequest, AblationReport, OnEffect } from '../../common/protocol/engine/ablate';
import type { Ablation } from '../../common/protocol/engine/ablation';
import type { Analysis, AnalyzeRequest } from '../../common/protocol/engine/analyze';
import type { ModelFiles } from '../../common/protocol/engine/api';
import type {
  Spelling,
  Tokenization,
  TokenizeRequest,
} from '../../common/protocol/engine/tokenize';
import { hasParser } from '../../common/protocol/engine/capabilities';
import type { Device, Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { topCandidates, tokenRank } from '../decoding/candidates';
import { DependencyParser } from './dependencyParser';
import { checkAblate, checkAnalyze } from './validateRequest';
import { checkShape, encoderHead, encoderOnlyGraph } from '../onnx/graphs';
import { insideOf, insideTensors } from '../onnx/insideAttention';
import { fitContext, requireNoMessages, requireNoTarget } from '../tokenizer/modelInput';
import { gateFeeds, nothingAblated, takesVariants } from '../onnx/gates';
import { measureAblations } from './ablationEffects';
import { openModel, smokeTest } from './openModel';
import type { OpenModel } from './model';
import type { SerialQueue } from '../onnx/queue';
import type { OnnxRuntime } from '../onnx/session';
import { type Output, logitRows, type RunnableGraph } from '../onnx/tensors';
import { spell, tokenize } from '../tokenizer/tokenize';

const { inputs, outputs } = encoderOnlyGraph;

/** The inputs of the graph: [S] each, a batch of one. */
interface Input {
  readonly inputIds: readonly number[];
  readonly tokenTypeIds: readonly number[];
  readonly positionIds: readonly number[];
}

/** The outputs to compute; others cost nothing. */
interface RequestedOutputs {
  readonly attentions: boolean;
  readonly hiddenStates: boolean;
  /** Positions of the tokens whose logits to compute. */
  readonly logits: readonly number[];
  /** Names of tensors inside a layer. */
  readonly inside?: readonly string[] | undefined;
}

/** In a run of several ablations, in all of them together. */
const maxVariantTokens = 512;

/** A model of the family of BERT, ready to run. */
export class EncoderOnly {
  readonly #model: OpenModel;
  readonly #session: RunnableGraph;
  readonly #parser: DependencyParser | undefined;

  private constructor(model: OpenModel) {
    this.#model = model;
    this.#session = model.session(encoderOnlyGraph.graph);
    this.#parser = hasParser(model.manifest) ? new DependencyParser(model) : undefined;
  }

  /**
   * Opens the graph and checks it against the manifest with one run.
   *
   * @param files verified already.
   * @throws EngineError `model-invalid`, `out-of-memory`, `device-lost`, `device-unavailable`
   */
  static async load(
    onnx: OnnxRuntime,
    queue: SerialQueue,
    files: ModelFiles,
    device: Device,
  ): Promise<EncoderOnly> {
    const opened = await openModel(onnx, queue, files, device);
    return smokeTest(opened, async () => {
      const model = new EncoderOnly(opened);
      await model.#smokeTest();
      return model;
    });
  }

  tokenize(request: TokenizeRequest): Tokenization {
    return tokenize(this.#model.manifest, this.#model.tokenizer, request);
  }

  spell(ids: readonly number[]): readonly Spelling[] {
    return spell(this.#model.tokenizer, ids);
  }

  /** @throws EngineError `input-empty`, `input-invalid`, `input-too-long` and those of `Session.run`. */
  async analyze(request: AnalyzeRequest, signal?: AbortSignal): Promise<Analysis> {
    const { manifest, tokenizer, device } = this.#model;
    checkAnalyze(request, manifest);
    requireNoTarget(manifest, request);
    requireNoMessages(manifest, request);
    const { id: modelId, layers, heads, hiddenSize, contextLength } = manifest;
    const {
      tokens: read,
      window,
      dropped,
    } = fitContext(tokenizer, contextLength, request, request.windowStart ?? 0);
    const tokens = this.#masked(read, request.masked ?? []);
    const top = this.#hasHead ? (request.top ?? 0) : 0;
    const parser = request.dependencies ? this.#parser : undefined;
    const inside = insideTensors(manifest, request.inside, name =>
      this.#session.outputs.includes(name),
    );
    const { attentions, hiddenStates, logits, insideParts, runMs } = await this.#run(
      inputOf(tokens),
      {
        attentions: request.attention ?? true,
        hiddenStates: (request.hiddenStates ?? false) || parser !== undefined,
        logits: top > 0 ? [...tokens.keys()] : [],
        inside: inside?.fetched,
      },
      [request.ablation ?? nothingAblated],
      signal,
    );
    const dependencies =
      parser && hiddenStates && (await parser.parse(request, tokens, hiddenStates, signal));
    const S = tokens.length;
    const rows = logits && logitRows(logits);
    return {
      modelId,
      source: tokens,
      target: [],
      attentions: attentions
        ? [{ kind: 'encoder', shape: [layers, heads, S, S], weights: attentions.values }]
        : [],
      hiddenStates:
        request.hiddenStates && hiddenStates
          ? { shape: [layers + 1, S, hiddenSize], values: hiddenStates.values }
          : undefined,
      ...(inside && { inside: insideOf(manifest, inside, insideParts) }),
      dependencies,
      candidates: rows?.map(row => topCandidates(tokenizer, row, top)) ?? [],
      maskedRanks: rows && request.masked?.map(index => tokenRank(rows[index]!, read[index]!.id)), // Checked above.
      window,
      dropped,
      device,
      runMs,
    };
  }

  /** @throws EngineError `input-empty`, `input-invalid`, `input-too-long`, `cancelled` between runs, and those of a run. */
  async ablate(
    request: AblateRequest,
    onEffect?: OnEffect,
    signal?: AbortSignal,
  ): Promise<AblationReport> {
    const { manifest, tokenizer } = this.#model;
    checkAblate(request, manifest);
    requireNoTarget(manifest, request);
    if (!this.#hasHead) {
      throw withoutHead(manifest.name);
    }
    const { masked } = request;
    const input = fitContext(tokenizer, manifest.contextLength, request, request.windowStart ?? 0);
    const source = this.#masked(input.tokens, masked === undefined ? [] : [masked]);
    const masks = [...source.keys()].filter(index => source[index]?.id === manifest.tokens?.mask);
    const places = masks.length > 0 ? masks : [...source.keys()];
    const maxVariants = takesVariants(this.#session)
      ? Math.max(1, Math.floor(maxVariantTokens / source.length))
      : 1;
    const prediction = {
      ...input,
      source,
      target: [],
      places,
      tokens: places.map(place => (masks.length > 0 ? undefined : source[place]?.id)),
      // Logits of every place are many.
      maxVariants: masks.length > 0 ? maxVariants : 1,
      runMs: 0,
      run: async (ablations: readonly Ablation[], runSignal: AbortSignal | undefined) => {
        const requested = { attentions: false, hiddenStates: false, logits: places };
        const run = await this.#run(inputOf(source), requested, ablations, runSignal);
        const rows = run.logits ? logitRows(flat(run.logits)) : [];
        const logits = ablations.map((_, index) =>
          rows.slice(index * places.length, (index + 1) * places.length),
        );
        return { logits, runMs: run.runMs };
      },
    };
    return measureAblations(this.#model, request, prediction, onEffect, signal);
  }

  async release(): Promise<void> {
    await this.#model.release();
  }

  /** Puts the mask in the place of these tokens. @throws EngineError `input-invalid` */
  #masked(tokens: readonly Token[], masked: readonly number[]): readonly Token[] {
    const { manifest, tokenizer } = this.#model;
    if (masked.length === 0) {
      return tokens;
    }
    const mask = manifest.tokens?.mask;
    if (mask === undefined) {
      throw withoutHead(manifest.name);
    }
    const wrong = masked.find(index => tokens[index]?.isSpecial !== false);
    if (wrong !== undefined) {
      throw new EngineError('input-invalid', `masked ${wrong} is no token of the text.`);
    }
    const text = tokenizer.textOf(mask);
    const places = new Set(masked);
    return tokens.map((token, index) => (places.has(index) ? { ...token, id: mask, text } : token));
  }

  /** Whether the graph has the head that predicts masked tokens. */
  get #hasHead(): boolean {
    const { outputLogits, logits } = encoderHead;
    return this.#session.inputs.includes(outputLogits) && this.#session.outputs.includes(logits);
  }

  /** Tries the limits that the manifest promises: the last token id, the last position, every output. */
  async #smokeTest(): Promise<void> {
    const { id, layers, heads, hiddenSize, vocabSize, contextLength } = this.#model.manifest;
    const { attentions, hiddenStates, logits } = await this.#run(
      {
        inputIds: [0, vocabSize - 1],
        tokenTypeIds: [0, 1],
        positionIds: [0, contextLength - 1],
      },
      { attentions: true, hiddenStates: true, logits: this.#hasHead ? [0, 1] : [] },
    );
    checkShape(id, 'attention', attentions?.dims, [layers, 1, heads, 2, 2]);
    checkShape(id, 'hidden states', hiddenStates?.dims, [layers + 1, 1, 2, hiddenSize]);
    if (this.#hasHead) {
      checkShape(id, encoderHead.logits, logits?.dims, [1, 2, vocabSize]);
    }
    if (this.#parser && hiddenStates) {
      await this.#parser.smokeTest(hiddenStates);
    }
  }

  async #run(
    { inputIds, tokenTypeIds, positionIds }: Input,
    requested: RequestedOutputs,
    ablations: readonly Ablation[] = [nothingAblated],
    signal?: AbortSignal,
  ): Promise<{
    readonly attentions: Output | undefined;
    readonly hiddenStates: Output | undefined;
    readonly logits: Output | undefined;
    readonly insideParts: (name: string) => readonly Output[];
    readonly runMs: number;
  }> {
    const run = await this.#session.run(
      {
        [inputs.inputIds]: [inputIds],
        [inputs.attentionMask]: [inputIds.map(() => 1)],
        [inputs.tokenTypeIds]: [tokenTypeIds],
        [inputs.positionIds]: [positionIds],
        [inputs.outputAttentions]: requested.attentions,
        // The last layer's values are computed with the states alone.
        [inputs.outputHiddenStates]: requested.hiddenStates || requested.inside !== undefined,
        ...(this.#hasHead && { [encoderHead.outputLogits]: requested.logits.length > 0 }),
        ...(this.#session.inputs.includes(encoderHead.logitPositions) && {
          [encoderHead.logitPositions]: requested.logits,
        }),
        ...gateFeeds(this.#session, this.#model.manifest, 'encoder', ablations),
      },
      [
        // One output must be fetched; this one is empty when it is switched off.
        outputs.attentions,
        ...(requested.hiddenStates ? [outputs.hiddenStates] : []),
        ...(requested.logits.length > 0 ? [encoderHead.logits] : []),
        ...(requested.inside ?? []),
      ],
      signal,
    );
    return {
      attentions: requested.attentions ? run.outputs.get(outputs.attentions) : undefined,
      hiddenStates: run.outputs.get(outputs.hiddenStates),
      logits: run.outputs.get(encoderHead.logits),
      insideParts: name => {
        const output = run.outputs.get(name);
        return output ? [output] : [];
      },
      runMs: run.runMs,
    };
  }
}

const inputOf = (tokens: readonly Token[]): Input => ({
  inputIds: tokens.map(({ id }) => id),
  tokenTypeIds: tokens.map(({ segment }) => segment),
  positionIds: tokens.map((_, position) => position),
});

/** The rows of all variants as those of one: [batch, N, V] -> [1, batch N, V]. */
const flat = ({ dims: [batch = 0, positions = 0, vocabSize = 0], values }: Output): Output => ({
  dims: [1, batch * positions, vocabSize],
  values,
});

const withoutHead = (name: string) =>
  new EngineError(
    'input-invalid',
    `${name} was shipped without the head that fills a mask. Take a BERT that has one.`,
  );
