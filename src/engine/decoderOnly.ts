import type {
  Analysis,
  AnalyzeRequest,
  Candidate,
  Device,
  GenerateRequest,
  Generation,
  ModelFiles,
  Score,
  ScoreRequest,
  Token,
  Tokenization,
  TokenizeRequest,
} from '../shared/engineApi';
import { longestWatched } from './attentionLimit';
import { candidatesOf } from './candidates';
import { parseChat, promptOf, type Chat } from './chat';
import { DecoderGraph, nothingAsked, type Reading } from './decoderGraph';
import { checkAnalyze, checkGenerate } from './decodingLimits';
import { asWrittenText, stopIndex } from './generation';
import { checkShape } from './graphCheck';
import { decoderOnlyGraph } from './graphs';
import { logSoftmax, rowOf, topTokens } from './logits';
import { fitContext, requireNoTarget, requireOneText, type ModelInput } from './modelInput';
import { openModel, tryOut, type OpenModel } from './openModel';
import type { SerialQueue } from './queue';
import { summarize } from './score';
import { search } from './search';
import type { OnnxRuntime, Output } from './session';
import { stackAttention, stackStates } from './stacked';
import { streamTokens, type OnToken } from './streaming';
import { TextReader } from './textReader';
import { tokenize } from './tokenize';

const defaultMaxNewTokens = 64;

/** A model of the family of GPT-2, ready to run. */
export class DecoderOnly {
  readonly #model: OpenModel;
  readonly #chat: Chat | undefined;
  readonly #graph: DecoderGraph;
  readonly #reader: TextReader;

  private constructor(model: OpenModel, chat: Chat | undefined) {
    this.#model = model;
    this.#chat = chat;
    this.#graph = new DecoderGraph(model.session(decoderOnlyGraph.graph), model.manifest);
    this.#reader = new TextReader(this.#graph);
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
    files: ModelFiles,
    device: Device,
  ): Promise<DecoderOnly> {
    const chat = files.chat && parseChat(files.chat);
    const opened = await openModel(onnx, queue, files, device);
    return tryOut(opened, async () => {
      const model = new DecoderOnly(opened, chat);
      await model.#tryOut();
      return model;
    });
  }

  /** @throws EngineError `input-invalid`, `input-too-long` */
  tokenize(request: TokenizeRequest): Tokenization {
    return tokenize(this.#model.manifest, this.#model.tokenizer, request);
  }

  /**
   * What the model does while it reads a text; candidates are for what follows each token. Of a text whose attention
   * would be too large a window is read.
   *
   * @throws EngineError `input-empty`, `input-invalid`, `input-too-long`, `model-invalid`, `cancelled` between chunks,
   *   and those of `Session.run`.
   */
  async analyze(request: AnalyzeRequest, signal?: AbortSignal): Promise<Analysis> {
    checkAnalyze(request);
    const { manifest, device } = this.#model;
    requireNoTarget(manifest, request);
    const { attention = true, hiddenStates = false, top = 0 } = request;
    const input = this.#source(request, this.#contextLength(attention), request.windowStart);
    const asked = { allLogits: top > 0, attentions: attention, hiddenStates };
    const attentions: Output[] = [];
    const states: Output[] = [];
    const candidates: (readonly Candidate[])[] = [];
    let runMs = 0;
    for await (const read of this.#reader.readAfresh(idsOf(input.tokens), asked, signal)) {
      attentions.push(...there(read.attentions));
      states.push(...there(read.hiddenStates));
      candidates.push(...(top > 0 ? this.#candidates(read.logits, top) : []));
      runMs += read.runMs;
    }
    return {
      modelId: manifest.id,
      source: input.tokens,
      target: [],
      attentions: there(stackAttention('decoder', attentions)),
      hiddenStates: stackStates(manifest.layers + 1, states),
      candidates,
      window: input.window,
      dropped: input.dropped,
      device,
      runMs,
    };
  }

  /**
   * Goes on writing. Of a text that is longer than the context the end is read, as much as leaves room for what is
   * to be written, and at least half of the context.
   *
   * @throws as `analyze`.
   */
  async generate(
    request: GenerateRequest,
    onToken?: OnToken,
    signal?: AbortSignal,
  ): Promise<Generation> {
    checkGenerate(request);
    const { manifest, tokenizer, device } = this.#model;
    const { vocabSize, tokens: special } = manifest;
    const { strategy, maxNewTokens = defaultMaxNewTokens, stop = [], top = 0 } = request;
    const { attention = false, loopGuard = request.messages !== undefined } = request;
    const contextLength = this.#contextLength(attention);
    const text = promptOf(manifest, this.#chat, request);
    const room = Math.max(contextLength - maxNewTokens, Math.ceil(contextLength / 2));
    const input = this.#source({ text }, room, Infinity);
    const prompt = idsOf(input.tokens);
    const read = await this.#reader.readOn(prompt, signal);
    let { runMs } = read;
    let reading: Reading = read;
    const written = await search(
      strategy,
      read.logits.values,
      async (tokens, rows) => {
        const position = reading.ids.length;
        const from = { ids: reading.ids, cache: reading.cache.takeRows(rows) };
        const rowsOfTokens = tokens.map(token => [token]);
        const step = await this.#graph.read(rowsOfTokens, from, nothingAsked, signal, position);
        if (strategy.kind !== 'beam') {
          this.#reader.keep(step);
        }
        reading = step;
        runMs += step.runMs;
        return step.logits.values;
      },
      {
        vocabSize,
        // The last token is written and not read: it needs no place.
        maxNewTokens: Math.min(maxNewTokens, contextLength - prompt.length + 1),
        end: special?.end,
        top,
        prompt,
        isStopped: tokens =>
          stop.length > 0 && stopIndex(tokenizer.decode(tokens).text, stop) !== undefined,
        loopGuard,
        onToken: onToken ? streamTokens(tokenizer, onToken) : () => undefined,
      },
    );
    const answer = asWrittenText(tokenizer, written, stop);
    const ids = [...prompt, ...idsOf(answer.target)].slice(0, contextLength);
    const attentions: Output[] = [];
    const asked = { ...nothingAsked, attentions: true };
    for await (const watched of attention ? this.#reader.readAfresh(ids, asked, signal) : []) {
      attentions.push(...there(watched.attentions));
      runMs += watched.runMs;
    }
    return {
      modelId: manifest.id,
      prompt: text,
      source: input.tokens,
      ...answer,
      attentions: there(stackAttention('decoder', attentions)),
      window: input.window,
      dropped: input.dropped,
      device,
      runMs,
    };
  }

  /** How probable a text is, or a continuation of it; of one that is too long, the beginning is looked at. @throws as `analyze`. */
  async score(request: ScoreRequest, signal?: AbortSignal): Promise<Score> {
    const { manifest, device } = this.#model;
    const { text, targetText } = request;
    const prompt =
      targetText === undefined
        ? undefined
        : this.#source({ text }, manifest.contextLength / 2, Infinity);
    const room = manifest.contextLength - (prompt?.tokens.length ?? 0);
    const scored = this.#source({ text: targetText ?? text }, room);
    const before = idsOf(prompt?.tokens ?? []);
    const ids = [...before, ...idsOf(scored.tokens)];
    const all: (number | undefined)[] = [undefined];
    let runMs = 0;
    const asked = { ...nothingAsked, allLogits: true };
    for await (const read of this.#reader.readAfresh(ids, asked, signal)) {
      for (const row of this.#rows(read.logits)) {
        const following = ids[all.length];
        all.push(following === undefined ? undefined : logSoftmax(row)[following]);
      }
      runMs += read.runMs;
    }
    const logProbabilities = all.slice(before.length, ids.length);
    return {
      modelId: manifest.id,
      ...summarize(targetText ?? text, scored.tokens, logProbabilities),
      window: (prompt ?? scored).window,
      dropped: scored.dropped + (prompt?.dropped ?? 0),
      device,
      runMs,
    };
  }

  async release(): Promise<void> {
    await this.#model.release();
  }

  #source(request: { readonly text: string }, room: number, windowStart = 0): ModelInput {
    requireOneText(this.#model.manifest, request);
    return fitContext(this.#model.tokenizer, Math.floor(room), request, windowStart);
  }

  /** How many tokens can be read; fewer where attention to them all is asked for. */
  #contextLength(attention: boolean): number {
    const { manifest } = this.#model;
    return attention ? longestWatched(manifest) : manifest.contextLength;
  }

  /** Logits [1, T, V] by token. */
  #rows({ dims, values }: Output): readonly Float32Array[] {
    const [, tokenCount = 0, vocabSize = 0] = dims;
    return Array.from({ length: tokenCount }, (_, index) => rowOf(values, index, vocabSize));
  }

  #candidates(logits: Output, top: number): readonly (readonly Candidate[])[] {
    return this.#rows(logits).map(row =>
      candidatesOf(this.#model.tokenizer, topTokens(logSoftmax(row), top)),
    );
  }

  /** Reaches for the corners of what the manifest promises: the last token id, the last position, every output. */
  async #tryOut(): Promise<void> {
    const { id, vocabSize, contextLength, layers, heads, hiddenSize } = this.#model.manifest;
    const { logits, attentions, hiddenStates } = await this.#graph.read(
      [[0, vocabSize - 1]],
      this.#graph.nothing,
      { allLogits: true, attentions: true, hiddenStates: true },
      undefined,
      contextLength - 2,
    );
    checkShape(id, decoderOnlyGraph.outputs.logits, logits.dims, [1, 2, vocabSize]);
    checkShape(id, 'attention', attentions?.dims, [layers, 1, heads, 2, 2]);
    checkShape(id, 'hidden states', hiddenStates?.dims, [layers + 1, 1, 2, hiddenSize]);
    this.#rows(logits).forEach(logSoftmax); // Refuses what is no number.
  }
}

const idsOf = (tokens: readonly Token[]) => tokens.map(({ id }) => id);
const there = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
