import type { Manifest } from '../../common/protocol/manifest';
import { decoderOnlyGraph, recurrentStateNames } from '../onnx/graphs';
import {
  requireOutput,
  stackLayers,
  stackSteps,
  type Feed,
  type Output,
  type Run,
  type RunnableGraph,
} from '../onnx/tensors';

/**
 * What a decoder keeps of the tokens it has read, as its graph takes and gives it: their keys and values, or the state
 * that they left. It never changes: reading on gives another, and both can be read on from.
 */
export interface DecoderCache {
  /** Outputs of a run to fetch for `append`. */
  readonly outputs: readonly string[];
  /** @param position of the first token that is read. */
  feeds(position: number): Readonly<Record<string, Feed>>;
  /** With the tokens that a run has read after these. */
  append(run: Run): DecoderCache;
  /** These rows of the batch, each as often as it is named. */
  takeRows(rows: readonly number[]): DecoderCache;
  /** The first `length` tokens; undefined where that is not known any more. */
  takePositions(length: number): DecoderCache | undefined;
  /**
   * The first `length` tokens, in the same memory: neither this one nor any that was made of it with more tokens may be
   * used any more. Absent where nothing can be gone back over.
   */
  cutTo?(length: number): DecoderCache;
}

/** Tokens that were read, and what was made of them. */
export interface Prefix {
  /** Of the first row. */
  readonly ids: readonly number[];
  readonly cache: DecoderCache;
}

export interface RequestedOutputs {
  /** Of every token that is read, not of the last alone. */
  readonly allLogits: boolean;
  readonly attentions: boolean;
  readonly hiddenStates: boolean;
  /** Of the last token that is read. */
  readonly lens: boolean;
}

export interface DecoderOutput extends Prefix {
  /** T: how many tokens of each row this run has read. */
  readonly tokenCount: number;
  /** [batch, 1, V], or of all tokens [batch, T, V] */
  readonly logits: Output;
  readonly attentions: Output | undefined;
  /** [L + 1, batch, T, D], of an LSTM [L, batch, T, D] */
  readonly hiddenStates: Output | undefined;
  /** [L + 1, batch, V] */
  readonly lens: Output | undefined;
  readonly runMs: number;
}

type GraphOutput = Omit<DecoderOutput, 'ids' | 'tokenCount'>;

export const nothingRequested: RequestedOutputs = {
  allLogits: false,
  attentions: false,
  hiddenStates: false,
  lens: false,
};

/** Feeds and fetches of a decoder's graph. */
export class DecoderGraph {
  readonly #graph: RunnableGraph;
  /** Of an LSTM, whose graph takes a token at a time: the token that it was taught to begin with. */
  readonly #begin: number | undefined;
  /** Before anything was read. */
  readonly empty: Prefix;

  /** @param empty before anything was read. */
  constructor(graph: RunnableGraph, manifest: Manifest, empty: DecoderCache) {
    this.#graph = graph;
    this.#begin = manifest.architecture === 'lstm' ? (manifest.tokens?.begin ?? 0) : undefined;
    this.empty = { ids: [], cache: empty };
  }

  /** Whether the graph can tell what each layer would say. */
  get hasLens(): boolean {
    const { inputs, outputs } = decoderOnlyGraph;
    return (
      this.#graph.inputs.includes(inputs.outputLens) && this.#graph.outputs.includes(outputs.lens)
    );
  }

  /**
   * Reads on.
   *
   * @param tokens [batch, T], as many in each row; to an LSTM many of one row, or one of many.
   * @param position of the first of them.
   * @throws those of `Session.run`
   */
  async read(
    tokens: readonly (readonly number[])[],
    { ids, cache }: Prefix,
    asked: RequestedOutputs,
    signal?: AbortSignal,
    position = ids.length,
  ): Promise<DecoderOutput> {
    const read =
      this.#begin === undefined
        ? await this.#readAtOnce(tokens, cache, asked, signal, position)
        : await this.#readInSteps(this.#begin, tokens, cache, asked, signal);
    const [row = []] = tokens;
    return { ids: [...ids, ...row], tokenCount: row.length, ...read };
  }

  async #readAtOnce(
    tokens: readonly (readonly number[])[],
    cache: DecoderCache,
    asked: RequestedOutputs,
    signal: AbortSignal | undefined,
    position: number,
  ): Promise<GraphOutput> {
    const { inputs, outputs } = decoderOnlyGraph;
    const run = await this.#graph.run(
      {
        [inputs.inputIds]: tokens,
        ...cache.feeds(position),
        [inputs.allLogits]: asked.allLogits,
        [inputs.outputAttentions]: asked.attentions,
        [inputs.outputHiddenStates]: asked.hiddenStates,
        ...(this.hasLens && { [inputs.outputLens]: asked.lens }),
      },
      [
        outputs.logits,
        ...cache.outputs,
        ...(asked.attentions ? [outputs.attentions] : []),
        ...(asked.hiddenStates ? [outputs.hiddenStates] : []),
        ...(this.hasLens && asked.lens ? [outputs.lens] : []),
      ],
      signal,
    );
    return {
      cache: cache.append(run),
      logits: requireOutput(run, outputs.logits),
      attentions: run.outputs.get(outputs.attentions),
      hiddenStates: run.outputs.get(outputs.hiddenStates),
      lens: run.outputs.get(outputs.lens),
      runMs: run.runMs,
    };
  }

  async #readInSteps(
    begin: number,
    tokens: readonly (readonly number[])[],
    start: DecoderCache,
    asked: RequestedOutputs,
    signal: AbortSignal | undefined,
  ): Promise<GraphOutput> {
    const { inputs, outputs } = decoderOnlyGraph;
    let cache = start;
    let runMs = 0;
    const step = async (column: readonly number[]): Promise<Run> => {
      const feeds = { [inputs.inputIds]: column, ...cache.feeds(0) };
      const run = await this.#graph.run(feeds, [outputs.logits, ...cache.outputs], signal);
      cache = cache.append(run);
      runMs += run.runMs;
      return run;
    };
    if (start === this.empty.cache) {
      await step([begin]);
    }
    const runs: Run[] = [];
    for (const index of (tokens[0] ?? []).keys()) {
      const run = await step(tokens.map(row => row[index] ?? 0));
      runs.splice(asked.allLogits || asked.hiddenStates ? runs.length : 0, 1, run);
    }
    const all = (name: string) => runs.map(run => requireOutput(run, name));
    return {
      cache,
      logits: stackSteps(all(outputs.logits).slice(asked.allLogits ? 0 : -1)),
      attentions: undefined,
      hiddenStates: asked.hiddenStates ? stackLayers(all(recurrentStateNames.hidden)) : undefined,
      lens: undefined,
      runMs,
    };
  }
}

/**
 * As much of a reading as a text shares with it, at most `most` tokens.
 *
 * @param nothing what to begin with where the reading cannot go back.
 */
export function sharedPrefix(
  reading: Prefix,
  ids: readonly number[],
  most: number,
  nothing: Prefix,
): Prefix {
  const length = Math.min(sharedPrefixLength(reading.ids, ids), most);
  if (length === reading.ids.length) {
    return reading;
  }
  const cache = reading.cache.takePositions(length);
  return cache ? { ids: reading.ids.slice(0, length), cache } : nothing;
}

/** How many ids two sequences have in common from their beginning on. */
export function sharedPrefixLength(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((id, index) => id !== b[index]);
  return differs < 0 ? a.length : differs;
}
