/** Runs a decoder over texts, from where they differ from the last one, and over drafts. */

import { EngineError } from '../../common/errors';
import {
  nothingRequested,
  sharedPrefix,
  type RequestedOutputs,
  type DecoderGraph,
  type DecoderOutput,
  type Prefix,
} from './decoderGraph';
import { logitRows, type Output } from '../onnx/tensors';

/** Number of tokens that are read in one run: a cancellation takes effect between two. */
const chunkTokens = 64;

const noLogits: Output = { dims: [1, 0, 0], values: new Float32Array() };

/** Reads texts with a decoder, in chunks, and keeps the last one: the next often begins like it. */
export class TextReader {
  readonly #graph: DecoderGraph;
  #last: Prefix;

  constructor(graph: DecoderGraph) {
    this.#graph = graph;
    this.#last = graph.empty;
  }

  /**
   * Reads a text for what follows it, from where it differs from the last one.
   *
   * @param ids at least one.
   * @param requested outputs of the last token, and of those that are read with it.
   * @throws EngineError `cancelled` between two chunks, and those of `Session.run`.
   */
  async prefill(
    ids: readonly number[],
    signal: AbortSignal | undefined,
    requested = nothingRequested,
  ): Promise<DecoderOutput & { readonly computed: number }> {
    let last: DecoderOutput | undefined;
    let runMs = 0;
    // The last token is read again, for its logits.
    const shared = sharedPrefix(this.#last, ids, ids.length - 1, this.#graph.empty);
    for await (const read of this.#runChunks(ids, shared, requested, signal)) {
      last = read;
      runMs += read.runMs;
    }
    if (!last) {
      throw new EngineError('input-empty', 'The text is empty. Select some words.');
    }
    return { ...last, runMs, computed: ids.length - shared.ids.length };
  }

  /**
   * Reads a text for the outputs of all tokens from `first` on, chunk by chunk. The tokens before are read as `prefill`
   * reads them; their chunks have no logits.
   *
   * @throws as `prefill`.
   */
  async *runFrom(
    ids: readonly number[],
    first: number,
    requested: RequestedOutputs,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DecoderOutput> {
    let prefix = sharedPrefix(this.#last, ids, first, this.#graph.empty);
    for await (const read of this.#runChunks(
      ids.slice(0, first),
      prefix,
      nothingRequested,
      signal,
    )) {
      prefix = read;
      yield { ...read, logits: noLogits };
    }
    yield* this.#runChunks(ids, prefix, requested, signal);
  }

  /** Reads a text from its first token, for the outputs of all tokens, chunk by chunk. @throws as `prefill`. */
  runFromStart(
    ids: readonly number[],
    requested: RequestedOutputs,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DecoderOutput> {
    return this.#runChunks(ids, this.#graph.empty, requested, signal);
  }

  /** What was read last. */
  get last(): Prefix {
    return this.#last;
  }

  /** Keeps a prefix of one row. It keeps only what the next text can use: logits and attention are large. */
  keep({ ids, cache }: Prefix): void {
    this.#last = { ids, cache };
  }

  async *#runChunks(
    ids: readonly number[],
    start: Prefix,
    requested: RequestedOutputs,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DecoderOutput> {
    let prefix = start;
    while (prefix.ids.length < ids.length) {
      const from = prefix.ids.length;
      const chunk = ids.slice(from, from + chunkTokens);
      const read = await this.#graph.read([chunk], prefix, requested, signal);
      this.keep(read);
      prefix = read;
      yield read;
    }
  }
}

/** Reads new tokens after a text, with guesses, and goes back over guesses that were wrong. */
export class DraftReader {
  readonly #graph: DecoderGraph;
  readonly #reader: TextReader;
  readonly #signal: AbortSignal | undefined;
  /** Number of tokens of the text alone. */
  readonly #textLength: number;
  /** Nobody else sees it while it may hold guesses: their places are written again. */
  #prefix: Prefix;
  runMs = 0;

  constructor(
    graph: DecoderGraph,
    reader: TextReader,
    text: Prefix,
    signal: AbortSignal | undefined,
  ) {
    this.#graph = graph;
    this.#reader = reader;
    this.#signal = signal;
    this.#textLength = text.ids.length;
    this.#prefix = text;
  }

  /**
   * @param tokens the last one that was chosen, then guesses of those that follow.
   * @param written number of tokens that were chosen before it; so much of what was read before is right.
   * @returns logits [V] of what follows each of them.
   */
  async read(tokens: readonly number[], written: number): Promise<readonly Float32Array[]> {
    const from = this.settle(written);
    const requested = { ...nothingRequested, allLogits: tokens.length > 1 };
    const read: DecoderOutput = await this.#graph.read([tokens], from, requested, this.#signal);
    this.#prefix = read;
    this.runMs += read.runMs;
    return logitRows(read.logits);
  }

  /** Forgets the guesses, and lets others use the rest. @param written number of tokens after the text that are right. */
  settle(written: number): Prefix {
    const { ids, cache } = this.#prefix;
    const length = Math.min(ids.length, this.#textLength + written);
    if (length < ids.length && cache.cutTo) {
      this.#prefix = { ids: ids.slice(0, length), cache: cache.cutTo(length) };
    }
    this.#reader.keep(this.#prefix);
    return this.#prefix;
  }
}
