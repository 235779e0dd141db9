/** The family of decoder-only models: GPT-2, Llama, and an LSTM. */
import type { AblateRequest, AblationReport, OnEffect } from '../../common/protocol/engine/ablate';
import type { Analysis, AnalyzeRequest } from '../../common/protocol/engine/analyze';
import type { ModelFiles } from '../../common/protocol/engine/api';
import type {
  GenerateRequest,
  Generation,
  ReadPrompt,
} from '../../common/protocol/engine/generate';
import type { Candidate, ChatMessage, Device, Token } from '../../common/protocol/engine/types';
import type { LensGrid, LensRequest, OnColumn } from '../../common/protocol/engine/lens';
import type { Prediction, PredictRequest } from '../../common/protocol/engine/predict';
import type { OnPart, Score, ScoreRequest } from '../../common/protocol/engine/score';
import type {
  Spelling,
  Tokenization,
  TokenizeRequest,
} from '../../common/protocol/engine/tokenize';
import { maxAttentionTokens } from '../../common/attention/attention';
import { asGeneratedText, BeamTree, stopIndex, streamTokens } from '../decoding/generation';
import {
  continuationInput,
  fitContext,
  type ModelInput,
  requireNoMask,
  requireNoTarget,
  requireOneText,
} from '../tokenizer/modelInput';
import { tokenRank, topCandidates } from '../decoding/candidates';
import {
  type Chat,
  checkMessages,
  type Conversation,
  fitConversation,
  parseChat,
  type PromptRoom,
  requireChat,
  requireText,
} from '../decoding/chat';
import { Classifier } from './classifier';
import { DecoderReaders } from './decoderReaders';
import { knownInput, readWhole, type ScoredInput } from './knownTokens';
import { ablatableNextToken } from './nextTokenAblation';
import { nothingRequested, type Prefix } from '../decoder/decoderGraph';
import {
  checkAblate,
  checkAnalyze,
  checkGenerate,
  checkLens,
  checkPredict,
  checkScore,
} from './validateRequest';
import { checkShape, decoderOnlyGraph } from '../onnx/graphs';
import { insideOf, insideTensors } from '../onnx/insideAttention';
import { hasAttention } from '../../common/protocol/engine/capabilities';
import { largestLogit } from '../../common/math/logits';
import { beginsWith, healText } from '../decoding/tokenHealing';
import { readLens } from './logitLens';
import { measureAblations } from './ablationEffects';
import { openModel, smokeTest } from './openModel';
import type { OpenModel } from './model';
import type { SerialQueue } from '../onnx/queue';
import { asTokenScores, summarize, type TokenScore } from '../decoder/textScorer';
import { search } from '../decoding/search';
import type { OnnxRuntime } from '../onnx/session';
import {
  layerRows,
  logitRows,
  type Output,
  stackAttention,
  stackStates,
  type Tensors,
} from '../onnx/tensors';
import { DraftReader } from '../decoder/prefill';
import type { OnToken } from '../decoding/sequences';
import { spell, tokenize } from '../tokenizer/tokenize';

const defaultMaxNewTokens = 64;
/** The default for predictions. */
const defaultTop = 10;

/** A model of the family of GPT-2, or an LSTM that generates as they do, ready to run. */
export class DecoderOnly {
  readonly #model: OpenModel;
  readonly #chat: Chat | undefined;
  readonly #readers: DecoderReaders;
  readonly #classifier: Classifier | undefined;
  /** Undefined for a model without classes. */
  readonly classify: Classifier['classify'] | undefined;

  private constructor(model: OpenModel, chat: Chat | undefined) {
    this.#model = model;
    this.#chat = chat;
    this.#readers = new DecoderReaders(model);
    const classifier = model.manifest.classes && new Classifier(model);
    this.#classifier = classifier;
    this.classify = classifier && ((request, signal) => classifier.classify(request, signal));
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
  ): Promise<DecoderOnly> {
    const chat = files.chat && parseChat(files.chat);
    const opened = await openModel(onnx, queue, files, device);
    return smokeTest(opened, async () => {
      const model = new DecoderOnly(opened, chat);
      await model.#smokeTest();
      return model;
    });
  }

  /** @throws EngineError `input-invalid`, `input-too-long` */
  tokenize(request: TokenizeRequest): Tokenization {
    return tokenize(this.#model.manifest, this.#model.tokenizer, request);
  }

  spell(ids: readonly number[]): readonly Spelling[] {
    return spell(this.#model.tokenizer, ids);
  }

  /**
   * Returns what the model does while it reads a text; candidates are for what follows each token. If the attention to a
   * text would be too large, a window of it is read.
   *
   * @throws EngineError `input-empty`, `input-invalid`, `input-too-long`, `model-invalid`, `cancelled` between chunks,
   *   and those of `Session.run`.
   */
  async analyze(request: AnalyzeRequest, signal?: AbortSignal): Promise<Analysis> {
    const { manifest, device } = this.#model;
    checkAnalyze(request, manifest);
    const { reader } = this.#readers.of(request.ablation);
    requireNoTarget(manifest, request);
    requireNoMask(manifest, request);
    const { attention = true, hiddenStates = false, top = 0 } = request;
    const contextLength = this.#contextLength(attention);
    const conversation =
      request.messages &&
      this.#conversation(
        request.messages,
        { room: contextLength, maxLastTurn: contextLength },
        request.text,
      );
    const input = conversation ?? this.#source(request, contextLength, request.windowStart);
    const inside = insideTensors(manifest, request.inside, name =>
      this.#readers.whole.graph.hasOutput(name),
    );
    const requested = {
      ...{ ...nothingRequested, allLogits: top > 0, attentions: attention, hiddenStates },
      inside: inside?.fetched ?? [],
    };
    const insides: Tensors[] = [];
    const attentions: Output[] = [];
    const states: Output[] = [];
    const candidates: (readonly Candidate[])[] = [];
    let runMs = 0;
    for await (const read of reader.runFromStart(idsOf(input.tokens), requested, signal)) {
      attentions.push(...asList(read.attentions));
      states.push(...asList(read.hiddenStates));
      insides.push(read.inside);
      const rows = top > 0 ? logitRows(read.logits) : [];
      candidates.push(...rows.map(row => topCandidates(this.#model.tokenizer, row, top)));
      runMs += read.runMs;
    }
    return {
      modelId: manifest.id,
      ...(conversation && { prompt: conversation.text }),
      source: input.tokens,
      target: [],
      attentions: asList(stackAttention('decoder', attentions)),
      hiddenStates: stackStates(states[0]?.dims[0] ?? 0, states),
      ...(inside && {
        inside: insideOf(manifest, inside, name =>
          insides.flatMap(tensors => asList(tensors.get(name))),
        ),
      }),
      candidates,
      window: input.window,
      dropped: input.dropped,
      device,
      runMs,
    };
  }

  /**
   * Continues a text or a conversation. The end of a text that is longer than the context is read, and the newest turns
   * of a conversation, as much as leaves room for the new tokens, and at least half of the context.
   *
   * @throws as `analyze`.
   */
  async generate(
    request: GenerateRequest,
    onToken?: OnToken,
    signal?: AbortSignal,
  ): Promise<Generation> {
    const { manifest, tokenizer, device } = this.#model;
    checkGenerate(request, manifest);
    const { vocabSize, tokens: special } = manifest;
    const { graph, reader } = this.#readers.of(request.ablation);
    const { strategy, maxNewTokens = defaultMaxNewTokens, stop = [], top = 0 } = request;
    const tree = request.tree && strategy.kind === 'beam' ? new BeamTree() : undefined;
    const { attention = false, loopGuard = request.messages !== undefined } = request;
    const contextLength = this.#contextLength(attention);
    const healed =
      request.heal && request.text !== undefined ? healText(tokenizer, request.text) : undefined;
    const room = Math.max(contextLength - maxNewTokens, Math.ceil(contextLength / 2));
    // For the last turn of a conversation: a quarter is enough to answer in.
    const maxLastTurn = Math.max(room, Math.floor((contextLength * 3) / 4));
    const toRead = healed ? { ...request, text: healed.prompt } : request;
    const input = this.#promptOf(toRead, { room, maxLastTurn });
    const prompt = idsOf(input.tokens);
    // What was held back is the user's: no stop is searched for in it.
    const heldLength = healed?.heldBack.length ?? 0;
    const read = await reader.prefill(prompt, signal);
    const drafts =
      strategy.kind !== 'beam' && read.cache.cutTo
        ? new DraftReader(graph, reader, read, signal)
        : undefined;
    let { runMs } = read;
    let prefix: Prefix = read;
    const sequences = await search(
      strategy,
      read.logits.values,
      async (tokens, rows) => {
        const position = prefix.ids.length;
        const from = { ids: prefix.ids, cache: prefix.cache.takeRows(rows) };
        const rowsOfTokens = tokens.map(token => [token]);
        const step = await graph.read(rowsOfTokens, from, nothingRequested, signal, position);
        if (strategy.kind !== 'beam') {
          reader.keep(step);
        }
        prefix = step;
        runMs += step.runMs;
        return step.logits.values;
      },
      {
        vocabSize,
        // The last new token is not read: it needs no place.
        maxNewTokens: Math.min(
          maxNewTokens + (healed?.heldTokens ?? 0),
          contextLength - prompt.length + 1,
        ),
        end: special?.end,
        top,
        prompt,
        readAhead: drafts && ((...ahead) => drafts.read(...ahead)),
        bias: healed && beginsWith(tokenizer, request.text ?? '', healed.heldBack),
        isStopped: tokens =>
          stop.length > 0 &&
          stopIndex(tokenizer.decode(tokens).text.slice(heldLength), stop) !== undefined,
        loopGuard,
        onBeamStep: tree?.add,
        onToken: onToken
          ? streamTokens(tokenizer, onToken, {
              heldBack: healed?.heldBack,
              read: readPrompt(input),
            })
          : () => undefined,
      },
    );
    if (drafts) {
      drafts.settle((sequences[0]?.tokens.length ?? 1) - 1);
      runMs += drafts.runMs;
    }
    const answer = asGeneratedText(tokenizer, sequences, stop, heldLength);
    const ids = [...prompt, ...idsOf(answer.target)].slice(0, contextLength);
    const attentions: Output[] = [];
    const requested = { ...nothingRequested, attentions: true };
    for await (const output of attention ? reader.runFromStart(ids, requested, signal) : []) {
      attentions.push(...asList(output.attentions));
      runMs += output.runMs;
    }
    return {
      modelId: manifest.id,
      prompt: input.text,
      source: input.tokens,
      ...answer,
      ...(healed && { heldBack: healed.heldBack }),
      ...(tree && { beamTree: tree.nodes(tokenizer, sequences) }),
      attentions: asList(stackAttention('decoder', attentions)),
      window: input.window,
      dropped: input.dropped,
      ...('droppedMessages' in input && { droppedMessages: input.droppedMessages }),
      device,
      runMs,
    };
  }

  /**
   * Scores a text, all of it, or a continuation of it. What it continues is read at its end, as far as half of the
   * context holds it.
   *
   * @throws as `analyze`.
   */
  async score(request: ScoreRequest, onPart?: OnPart, signal?: AbortSignal): Promise<Score> {
    const { manifest, device } = this.#model;
    checkScore(request, manifest);
    const { reader, scorer } = this.#readers.of(request.ablation);
    const { known, top = 0 } = request;
    const { text, tokens, before, window, dropped } = known
      ? knownInput(manifest, this.#model.tokenizer, known)
      : this.#textInput(request);
    const whole = known?.leftOut?.length ? await readWhole(reader, known, signal) : undefined;
    const scores: TokenScore[] = [];
    let [runMs, computed] = [0, 0];
    const parts = scorer.score([...before, ...idsOf(tokens)], before.length, top, signal);
    try {
      for await (const part of parts) {
        const first = scores.length;
        scores.push(...part.scores);
        runMs += part.runMs;
        computed += part.computed;
        onPart?.({
          first,
          total: tokens.length,
          ...asTokenScores(tokens.slice(first, scores.length), part.scores),
        });
      }
    } finally {
      if (whole) {
        reader.keep(whole);
      }
    }
    return {
      modelId: manifest.id,
      ...asTokenScores(tokens, scores),
      ...summarize(text, tokens, scores),
      ...{ window, dropped, computed },
      device,
      runMs,
    };
  }

  /**
   * Predicts the next token. The end of a text that is longer than the context is read, from a place that moves by
   * quarters of it: what is appended then costs a step and not a text.
   *
   * @throws as `analyze`.
   */
  async predict(request: PredictRequest, signal?: AbortSignal): Promise<Prediction> {
    const { manifest, tokenizer, device } = this.#model;
    checkPredict(request, manifest);
    const { top = defaultTop, logitLens = false, trackedToken } = request;
    const input = continuationInput(tokenizer, manifest.contextLength, request);
    const requested = { ...nothingRequested, lens: logitLens };
    const { reader } = this.#readers.of(request.ablation);
    const read = await reader.prefill(idsOf(input.tokens), signal, requested);
    const tracked = (logits: Float32Array) =>
      trackedToken === undefined ? {} : { trackedRank: tokenRank(logits, trackedToken) };
    const [, , vocabSize = 0] = read.logits.dims;
    const logits = read.logits.values;
    return {
      modelId: manifest.id,
      source: input.tokens,
      text: input.text,
      logits: { shape: [1, vocabSize], values: logits },
      candidates: topCandidates(tokenizer, logits, top),
      ...tracked(logits),
      ...(read.lens && {
        lens: layerRows(read.lens).map(row => ({
          candidates: topCandidates(tokenizer, row, top),
          ...tracked(row),
        })),
      }),
      window: input.window,
      dropped: input.dropped,
      computed: read.computed,
      device,
      runMs: read.runMs,
    };
  }

  /** Reads the last positions of a text through the logit lens. @throws as `analyze`. */
  lens(request: LensRequest, onColumn?: OnColumn, signal?: AbortSignal): Promise<LensGrid> {
    checkLens(request, this.#model.manifest);
    return readLens(this.#model, this.#readers.whole, request, onColumn, signal);
  }

  /** Measures ablations by the next token. @throws as `analyze`. */
  async ablate(
    request: AblateRequest,
    onEffect?: OnEffect,
    signal?: AbortSignal,
  ): Promise<AblationReport> {
    const { manifest } = this.#model;
    checkAblate(request, manifest);
    requireNoTarget(manifest, request);
    requireNoMask(manifest, { masked: request.masked === undefined ? [] : [request.masked] });
    const prediction = ablatableNextToken(this.#model, this.#readers, request);
    return measureAblations(this.#model, request, prediction, onEffect, signal);
  }

  async release(): Promise<void> {
    await this.#model.release();
  }

  /** The prompt as far as there is room, and the text that its tokens point into. */
  #promptOf(
    request: GenerateRequest,
    { room, maxLastTurn }: PromptRoom,
  ): (ModelInput & { readonly text: string }) | Conversation {
    const { manifest, tokenizer } = this.#model;
    const { messages, appended } = request;
    if (messages) {
      checkMessages(request);
      return this.#conversation(messages, { room, maxLastTurn });
    }
    const text = requireText(manifest, request);
    return appended
      ? continuationInput(tokenizer, room, { text, appended })
      : { ...this.#source({ text }, room, Infinity), text };
  }

  /** @param answer how the answer begins. @throws EngineError `input-invalid` if the model does not converse. */
  #conversation(messages: readonly ChatMessage[], room: PromptRoom, answer?: string): Conversation {
    const { manifest, tokenizer } = this.#model;
    return fitConversation(tokenizer, room, requireChat(manifest, this.#chat), messages, answer);
  }

  /** A text to score, or what it continues and its continuation. */
  #textInput({ text, targetText }: ScoreRequest): ScoredInput {
    const room = this.#model.manifest.contextLength / 2;
    const prompt = targetText === undefined ? undefined : this.#source({ text }, room, Infinity);
    const scored = this.#source({ text: targetText ?? text }, Infinity);
    const { window, dropped } = prompt ?? { window: scored.window, dropped: 0 };
    return {
      text: targetText ?? text,
      tokens: scored.tokens,
      before: idsOf(prompt?.tokens ?? []),
      ...{ window, dropped },
    };
  }

  #source(request: { readonly text: string }, room: number, windowStart = 0): ModelInput {
    requireOneText(this.#model.manifest, request);
    return fitContext(this.#model.tokenizer, Math.floor(room), request, windowStart);
  }

  /** Number of tokens that can be read; fewer if attention to them all is requested. */
  #contextLength(attention: boolean): number {
    const { manifest } = this.#model;
    return attention ? maxAttentionTokens(manifest) : manifest.contextLength;
  }

  /** Tries the limits that the manifest promises: the last token id, the last position, every output. */
  async #smokeTest(): Promise<void> {
    const { id, vocabSize, contextLength, layers, heads, hiddenSize } = this.#model.manifest;
    const { logits, attentions, hiddenStates, lens } = await this.#readers.whole.graph.read(
      [[0, vocabSize - 1]],
      this.#readers.whole.graph.empty,
      { ...nothingRequested, allLogits: true, attentions: true, hiddenStates: true, lens: true },
      undefined,
      contextLength - 2,
    );
    checkShape(id, decoderOnlyGraph.outputs.logits, logits.dims, [1, 2, vocabSize]);
    // An LSTM has neither attention nor a layer for the embedding.
    const attends = hasAttention(this.#model.manifest);
    if (attends) {
      checkShape(id, 'attention', attentions?.dims, [layers, 1, heads, 2, 2]);
    }
    checkShape(id, 'hidden states', hiddenStates?.dims, [
      layers + Number(attends),
      1,
      2,
      hiddenSize,
    ]);
    if (this.#readers.whole.graph.hasLens) {
      checkShape(id, 'a logit lens', lens?.dims, [layers + 1, 1, vocabSize]);
    }
    logitRows(logits).forEach(largestLogit); // Refuses what is no number.
    await this.#classifier?.smokeTest();
  }
}

const readPrompt = ({
  text,
  tokens,
  dropped,
  droppedMessages,
}: ModelInput & { readonly text: string } & Partial<Conversation>): ReadPrompt => ({
  ...{ prompt: text, tokens: tokens.length, dropped },
  ...(droppedMessages !== undefined && { droppedMessages }),
});
const idsOf = (tokens: readonly Token[]) => tokens.map(({ id }) => id);
const asList = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
