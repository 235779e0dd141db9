/** Feeds and fetches of the graph of a decoder, and what its cache must do. */

import type { Ablation } from '../../common/protocol/engine/ablation';
import { rowOf } from '../../common/math/logits';
import type { Manifest } from '../../common/protocol/manifest';
import { gateFeeds, nothingAblated, takesVariants, variantRows } from '../onnx/gates';
import { decoderOnlyGraph, recurrentStateNames } from '../onnx/graphs';
import {
  requireOutput,
  stackLayers,
  stackSteps,
  type Feed,
  type Output,
  type Run,
  type RunnableGraph,
  type Tensors,
} from '../onnx/tensors';

/**
 * What a decoder keeps of the tokens it has read, as its graph takes and gives it: their keys and values, or the state
 * that they left. It is immutable: a run gives another, and both can be continued.
 */
export interface DecoderCache {
  /** Outputs that a run must fetch for `append`. */
  readonly outputs: readonly string[];
  /** @param position of the first token that is read. */
  feeds(position: number): Readonly<Record<string, Feed>>;
  /** @returns a cache with the tokens of the run after these. */
  append(run: Run): DecoderCache;
  /** @returns these rows of the batch, each as often as it is named. */
  takeRows(rows: readonly number[]): DecoderCache;
  /** @returns the first `length` tokens; undefined if they are not known any more. */
  takePositions(length: number): DecoderCache | undefined;
  /**
   * Cuts the cache to its first `length` tokens, in the same memory: neither this one nor any that was made of it with
   * more tokens may be used any more. Absent from a cache that cannot go back.
   */
  cutTo?(length: number): DecoderCache;
}

/** Tokens that were read, and the cache that they left. */
export interface Prefix {
  /** Ids of the first row. */
  readonly ids: readonly number[];
  readonly cache: DecoderCache;
}

export interface RequestedOutputs {
  /** Logits of every token that is read, not of the last alone. */
  readonly allLogits: boolean;
  readonly attentions: boolean;
  readonly hiddenStates: boolean;
  /** Logit lens of the last token that is read. */
  readonly lens: boolean;
  /** Names of tensors inside a layer. */
  readonly inside: readonly string[];
}

export interface DecoderOutput extends Prefix {
  /** T: number of tokens of each row that this run has read. */
  readonly tokenCount: number;
  /** [batch, 1, V], or [batch, T, V] of all tokens. */
  readonly logits: Output;
  readonly attentions: Output | undefined;
  /** [L + 1, batch, T, D], or [L, batch, T, D] of an LSTM. */
  readonly hiddenStates: Output | undefined;
  /** [L + 1, batch, V] */
  readonly lens: Output | undefined;
  /** Tensors inside a layer, by name. */
  readonly inside: Tensors;
  readonly runMs: number;
}

/** In a run of several ablations, in all of them together. */
const maxVariantTokens = 512;

type GraphOutput = Omit<DecoderOutput, 'ids' | 'tokenCount'>;

export const nothingRequested: RequestedOutputs = {
  allLogits: false,
  attentions: false,
  hiddenStates: false,
  lens: false,
  inside: [],
};

/** Feeds and fetches of a decoder's graph. */
export class DecoderGraph {
  readonly #graph: RunnableGraph;
  readonly #manifest: Manifest;
  readonly #ablation: Ablation;
  /** The token that an LSTM was trained to begin with; its graph takes a token at a time. Undefined for others. */
  readonly #begin: number | undefined;
  /** The prefix before anything was read. What was read with another ablation cannot be continued. */
  readonly empty: Prefix;

  /**
   * @param empty the cache before anything was read.
   * @param ablation of every run.
   */
  constructor(
    graph: RunnableGraph,
    manifest: Manifest,
    empty: DecoderCache,
    ablation = nothingAblated,
  ) {
    this.#graph = graph;
    this.#manifest = manifest;
    this.#ablation = ablation;
    this.#begin = manifest.architecture === 'lstm' ? (manifest.tokens?.begin ?? 0) : undefined;
    this.empty = { ids: [], cache: empty };
  }

  /** Whether the graph gives a tensor. */
  hasOutput(name: string): boolean {
    return this.#graph.outputs.includes(name);
  }

  /** Whether the graph has the logit lens. */
  get hasLens(): boolean {
    const { inputs, outputs } = decoderOnlyGraph;
    return (
      this.#graph.inputs.includes(inputs.outputLens) && this.#graph.outputs.includes(outputs.lens)
    );
  }

  /** Number of ablations of a text that can be run at once: some where its graph takes variants, else 1. */
  maxVariants(tokenCount: number): number {
    return takesVariants(this.#graph) ? Math.max(1, Math.floor(maxVariantTokens / tokenCount)) : 1;
  }

  /**
   * Reads a text from its beginning with each of several ablations in place of the one of this object.
   *
   * @param ablations of heads alone; at most `maxVariants`.
   * @returns logits [V] after the last token, for each ablation.
   * @throws those of `Session.run`
   */
  async readVariants(
    tokens: readonly number[],
    ablations: readonly Ablation[],
    emptyOf: (rowsOfLayer: readonly number[]) => DecoderCache,
    signal?: AbortSignal,
  ): Promise<{ readonly logits: readonly Float32Array[]; readonly runMs: number }> {
    const { outputs } = decoderOnlyGraph;
    const rows = variantRows(this.#manifest, ablations);
    // What a layer reads has the rows of the layer before.
    const cache = emptyOf(rows.map((_, layer) => rows[layer - 1] ?? 1));
    const feeds = this.#feeds([tokens], cache, nothingRequested, 0, ablations);
    const run = await this.#graph.run(feeds, [outputs.logits], signal);
    const { dims, values } = requireOutput(run, outputs.logits);
    const size = dims.at(-1) ?? 0;
    return { logits: ablations.map((_, index) => rowOf(values, index, size)), runMs: run.runMs };
  }

  /**
   * Reads tokens after a prefix.
   *
   * @param tokens [batch, T], as many in each row; for an LSTM many of one row, or one of many.
   * @param position of the first of them.
   * @throws those of `Session.run`
   */
  async read(
    tokens: readonly (readonly number[])[],
    { ids, cache }: Prefix,
    requested: RequestedOutputs,
    signal?: AbortSignal,
    position = ids.length,
  ): Promise<DecoderOutput> {
    const read =
      this.#begin === undefined
        ? await this.#readAtOnce(tokens, cache, requested, signal, position)
        : await this.#readInSteps(this.#begin, tokens, cache, requested, signal);
    const [row = []] = tokens;
    return { ids: [...ids, ...row], tokenCount: row.length, ...read };
  }

  async #readAtOnce(
    tokens: readonly (readonly number[])[],
    cache: DecoderCache,
    requested: RequestedOutputs,
    signal: AbortSignal | undefined,
    position: number,
  ): Promise<GraphOutput> {
    const { outputs } = decoderOnlyGraph;
    const run = await this.#graph.run(
      this.#feeds(tokens, cache, requested, position, [this.#ablation]),
      [
        outputs.logits,
        ...cache.outputs,
        ...(requested.attentions ? [outputs.attentions] : []),
        ...(requested.hiddenStates ? [outputs.hiddenStates] : []),
        ...(this.hasLens && requested.lens ? [outputs.lens] : []),
        ...requested.inside,
      ],
      signal,
    );
    return {
      cache: cache.append(run),
      logits: requireOutput(run, outputs.logits),
      attentions: run.outputs.get(outputs.attentions),
      hiddenStates: run.outputs.get(outputs.hiddenStates),
      lens: run.outputs.get(outputs.lens),
      inside: run.outputs,
      runMs: run.runMs,
    };
  }

  #feeds(
    tokens: readonly (readonly number[])[],
    cache: DecoderCache,
    requested: RequestedOutputs,
    position: number,
    ablations: readonly Ablation[],
  ): Record<string, Feed> {
    const { inputs } = decoderOnlyGraph;
    return {
      [inputs.inputIds]: tokens,
      ...cache.feeds(position),
      [inputs.allLogits]: requested.allLogits,
      [inputs.outputAttentions]: requested.attentions,
      [inputs.outputHiddenStates]: requested.hiddenStates,
      ...(this.hasLens && { [inputs.outputLens]: requested.lens }),
      ...gateFeeds(this.#graph, this.#manifest, 'decoder', ablations),
    };
  }

  async #readInSteps(
    begin: number,
    tokens: readonly (readonly number[])[],
    start: DecoderCache,
    requested: RequestedOutputs,
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
      runs.splice(requested.allLogits || requested.hiddenStates ? runs.length : 0, 1, run);
    }
    const all = (name: string) => runs.map(run => requireOutput(run, name));
    return {
      cache,
      logits: stackSteps(all(outputs.logits).slice(requested.allLogits ? 0 : -1)),
      attentions: undefined,
      hiddenStates: requested.hiddenStates
        ? stackLayers(all(recurrentStateNames.hidden))
        : undefined,
      lens: undefined,
      inside: new Map(),
      runMs,
    };
  }
}

/**
 * As much of a prefix as a text shares with it, at most `max` tokens.
 *
 * @param empty what to begin with if the prefix cannot go back.
 */
export function sharedPrefix(
  prefix: Prefix,
  ids: readonly number[],
  max: number,
  empty: Prefix,
): Prefix {
  const length = Math.min(sharedPrefixLength(prefix.ids, ids), max);
  if (length === prefix.ids.length) {
    return prefix;
  }
  const cache = prefix.cache.takePositions(length);
  return cache ? { ids: prefix.ids.slice(0, length), cache } : empty;
}

/** How many ids two sequences have in common from their beginning on. */
export function sharedPrefixLength(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((id, index) => id !== b[index]);
  return differs < 0 ? a.length : differs;
}
