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

/** Tokens that are read in one run: a cancellation is heard between two. */
const chunkTokens = 64;

const noLogits: Output = { dims: [1, 0, 0], values: new Float32Array() };

/** Reads texts with a decoder, in parts, and remembers the last one: the next often begins like it. */
export class TextReader {
  readonly #graph: DecoderGraph;
  #last: Prefix;

  constructor(graph: DecoderGraph) {
    this.#graph = graph;
    this.#last = graph.empty;
  }

  /**
   * Reads a text for what follows it, from where it differs from the one before.
   *
   * @param ids at least one.
   * @param asked of the last token, and of those that are read with it.
   * @throws EngineError `cancelled` between two parts, and those of `Session.run`.
   */
  async prefill(
    ids: readonly number[],
    signal: AbortSignal | undefined,
    asked = nothingRequested,
  ): Promise<DecoderOutput & { readonly computed: number }> {
    let last: DecoderOutput | undefined;
    let runMs = 0;
    // The last token is read again, for its logits.
    const shared = sharedPrefix(this.#last, ids, ids.length - 1, this.#graph.empty);
    for await (const read of this.#runChunks(ids, shared, asked, signal)) {
      last = read;
      runMs += read.runMs;
    }
    if (!last) {
      throw new EngineError('input-empty', 'The text is empty. Select some words.');
    }
    return { ...last, runMs, computed: ids.length - shared.ids.length };
  }

  /**
   * Reads a text to see all of it from token `first` on, part by part. The tokens before are read as `readOn` reads,
   * and of them nothing is told: their parts have no logits.
   *
   * @throws as `readOn`.
   */
  async *runFrom(
    ids: readonly number[],
    first: number,
    asked: RequestedOutputs,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DecoderOutput> {
    let reading = sharedPrefix(this.#last, ids, first, this.#graph.empty);
    for await (const read of this.#runChunks(
      ids.slice(0, first),
      reading,
      nothingRequested,
      signal,
    )) {
      reading = read;
      yield { ...read, logits: noLogits };
    }
    yield* this.#runChunks(ids, reading, asked, signal);
  }

  /** Reads a text from its first token, to see all of it part by part. @throws as `readOn`. */
  runFromStart(
    ids: readonly number[],
    asked: RequestedOutputs,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DecoderOutput> {
    return this.#runChunks(ids, this.#graph.empty, asked, signal);
  }

  /** Remembers a reading of one row. Only what the next can use: logits and attention are large. */
  keep({ ids, cache }: Prefix): void {
    this.#last = { ids, cache };
  }

  async *#runChunks(
    ids: readonly number[],
    start: Prefix,
    asked: RequestedOutputs,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DecoderOutput> {
    let reading = start;
    while (reading.ids.length < ids.length) {
      const from = reading.ids.length;
      const chunk = ids.slice(from, from + chunkTokens);
      const read = await this.#graph.read([chunk], reading, asked, signal);
      this.keep(read);
      reading = read;
      yield read;
    }
  }
}

/** Reads what is written after a text, guesses among it, and goes back over those that were not written. */
export class DraftReader {
  readonly #graph: DecoderGraph;
  readonly #reader: TextReader;
  readonly #signal: AbortSignal | undefined;
  /** Of the text alone. */
  readonly #textLength: number;
  /** Seen by nobody else as long as it may hold what was guessed: those places are written again. */
  #reading: Prefix;
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
    this.#reading = text;
  }

  /**
   * @param tokens the last that was written, and guesses of those that follow.
   * @param written how many were written before it; of what was read before, so much is true.
   * @returns logits [V] of what follows each of them.
   */
  async read(tokens: readonly number[], written: number): Promise<readonly Float32Array[]> {
    const from = this.settle(written);
    const asked = { ...nothingRequested, allLogits: tokens.length > 1 };
    const read: DecoderOutput = await this.#graph.read([tokens], from, asked, this.#signal);
    this.#reading = read;
    this.runMs += read.runMs;
    return logitRows(read.logits);
  }

  /** Forgets what was guessed, and lets others use the rest. @param written how many tokens after the text are true. */
  settle(written: number): Prefix {
    const { ids, cache } = this.#reading;
    const length = Math.min(ids.length, this.#textLength + written);
    if (length < ids.length && cache.cutTo) {
      this.#reading = { ids: ids.slice(0, length), cache: cache.cutTo(length) };
    }
    this.#reader.keep(this.#reading);
    return this.#reading;
  }
}
