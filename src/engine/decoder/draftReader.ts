import { nothingAsked, type DecoderGraph, type Read, type Reading } from './decoderGraph';
import { logitRows } from '../onnx/tensorRows';
import type { TextReader } from './prefill';

/** Reads what is written after a text, guesses among it, and goes back over those that were not written. */
export class DraftReader {
  readonly #graph: DecoderGraph;
  readonly #reader: TextReader;
  readonly #signal: AbortSignal | undefined;
  /** Of the text alone. */
  readonly #textLength: number;
  /** Seen by nobody else as long as it may hold what was guessed: those places are written again. */
  #reading: Reading;
  runMs = 0;

  constructor(
    graph: DecoderGraph,
    reader: TextReader,
    text: Reading,
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
    const asked = { ...nothingAsked, allLogits: tokens.length > 1 };
    const read: Read = await this.#graph.read([tokens], from, asked, this.#signal);
    this.#reading = read;
    this.runMs += read.runMs;
    return logitRows(read.logits);
  }

  /** Forgets what was guessed, and lets others use the rest. @param written how many tokens after the text are true. */
  settle(written: number): Reading {
    const { ids, cache } = this.#reading;
    const length = Math.min(ids.length, this.#textLength + written);
    if (length < ids.length && cache.cutTo) {
      this.#reading = { ids: ids.slice(0, length), cache: cache.cutTo(length) };
    }
    this.#reader.keep(this.#reading);
    return this.#reading;
  }
}
