/** Feeds and fetches of the two graphs of a translator. */

import type { Ablation } from '../../common/protocol/engine/ablation';
import type { Manifest } from '../../common/protocol/manifest';
import { gateFeeds, nothingAblated } from '../onnx/gates';
import {
  stateOutputs,
  isMemory,
  isPast,
  translatorDecoder,
  translatorEncoder,
} from '../onnx/graphs';
import {
  requireOutput,
  type Output,
  type Run,
  type Tensors,
  type RunnableGraph,
} from '../onnx/tensors';

/** The state that one step of the decoder starts from. */
export interface DecoderState {
  /** Tensors of the one source, shared by all rows. */
  readonly memory: Tensors;
  /** A row for each hypothesis. */
  readonly past: Tensors;
}

/** Outputs to compute beside those that are always needed. */
export interface EncoderRequest {
  readonly attentions: boolean;
  readonly hiddenStates: boolean;
  /** Tensors inside the graph; those of the decoder are left out. */
  readonly insides?: readonly string[];
}

export interface EncodeResult {
  readonly state: DecoderState;
  readonly outputs: Tensors;
  readonly runMs: number;
}

export interface StepResult extends EncodeResult {
  /** [batch, V] */
  readonly logits: Output;
}

/** Feeds and fetches of a translator's two graphs, the same for every architecture. */
export class TranslatorGraphs {
  readonly #encoder: RunnableGraph;
  readonly #decoder: RunnableGraph;
  readonly #manifest: Manifest;
  readonly #ablation: Ablation;
  /** The decoder's outputs that its next step reads, with the names of the inputs. */
  readonly #presents: ReadonlyMap<string, string>;

  /** @param ablation of every run. */
  constructor(
    encoder: RunnableGraph,
    decoder: RunnableGraph,
    manifest: Manifest,
    ablation = nothingAblated,
  ) {
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#manifest = manifest;
    this.#ablation = ablation;
    this.#presents = stateOutputs(decoder);
  }

  /** The same graphs with an ablation. A state of one is not to be continued by the other. */
  ablated(ablation: Ablation): TranslatorGraphs {
    return new TranslatorGraphs(this.#encoder, this.#decoder, this.#manifest, ablation);
  }

  /** Whether the decoder takes a row of attention that was set by hand. */
  get takesAttention(): boolean {
    return this.#decoder.inputs.includes(translatorDecoder.inputs.useGivenAttention);
  }

  /** Whether a tensor of either graph can be fetched. */
  hasOutput(name: string): boolean {
    return this.#encoder.outputs.includes(name) || this.#decoder.outputs.includes(name);
  }

  /** Reads the source. @param ids [S], the end with them. @throws those of `Session.run` */
  async encode(
    ids: readonly number[],
    request: EncoderRequest,
    signal?: AbortSignal,
  ): Promise<EncodeResult> {
    const { inputs, outputs } = translatorEncoder;
    const states = this.#encoder.outputs.filter(name => isMemory(name) || isPast(name));
    const extra = [
      ...(request.attentions ? [outputs.attentions] : []),
      ...(request.hiddenStates ? [outputs.hiddenStates, outputs.cellStates] : []),
      ...(request.insides ?? []),
    ].filter(name => this.#encoder.outputs.includes(name));
    const run = await this.#encoder.run(
      {
        [inputs.inputIds]: [ids],
        [inputs.outputHiddenStates]: request.hiddenStates,
        ...(this.#encoder.inputs.includes(inputs.outputAttentions) && {
          [inputs.outputAttentions]: request.attentions,
        }),
        ...this.#gates('encoder'),
      },
      [...states, ...extra],
      signal,
    );
    return {
      state: { memory: only(run, isMemory), past: only(run, isPast) },
      outputs: run.outputs,
      runMs: run.runMs,
    };
  }

  /**
   * Writes one token further.
   *
   * @param tokens [B], the last token of each hypothesis.
   * @param extra outputs to fetch as well; those that the graph lacks are left out.
   * @param givenAttention [S], for one hypothesis, instead of the model's own.
   * @throws those of `Session.run`
   */
  async step(
    tokens: readonly number[],
    { memory, past }: DecoderState,
    extra: readonly string[],
    signal?: AbortSignal,
    givenAttention?: Float32Array<ArrayBuffer>,
  ): Promise<StepResult> {
    const { inputs, outputs } = translatorDecoder;
    const known = extra.filter(
      name => this.#decoder.outputs.includes(name) && !this.#presents.has(name),
    );
    const run = await this.#decoder.run(
      {
        [inputs.inputIds]: tokens,
        ...Object.fromEntries([...memory, ...past]),
        ...(this.takesAttention && {
          [inputs.givenAttention]: attentionFeed(
            tokens.length,
            sourceLength(memory),
            givenAttention,
          ),
          [inputs.useGivenAttention]: givenAttention !== undefined,
        }),
        ...this.#gates('decoder'),
      },
      [outputs.logits, ...this.#presents.keys(), ...known],
      signal,
    );
    const next = [...this.#presents].map(
      ([present, name]) => [name, requireOutput(run, present)] as const,
    );
    return {
      logits: requireOutput(run, outputs.logits),
      state: { memory, past: new Map(next) },
      outputs: run.outputs,
      runMs: run.runMs,
    };
  }

  #gates(side: 'encoder' | 'decoder') {
    const graph = side === 'encoder' ? this.#encoder : this.#decoder;
    return gateFeeds(graph, this.#manifest, side, [this.#ablation]);
  }
}

const only = ({ outputs }: Run, isWanted: (name: string) => boolean): Tensors =>
  new Map([...outputs].filter(([name]) => isWanted(name)));

/** Additive attention keeps what it looks at as [1, S, ...]. */
const sourceLength = (memory: Tensors) => [...memory.values()][0]?.dims[1] ?? 0;

function attentionFeed(
  batch: number,
  length: number,
  given: Float32Array<ArrayBuffer> = new Float32Array(batch * length),
): Output {
  return { dims: [batch, length], values: given };
}
