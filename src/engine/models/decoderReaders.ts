/** What a decoder-only model reads texts with: the whole model, and the model with an ablation. */

import type { Ablation } from '../../common/protocol/engine/ablation';
import { DecoderGraph } from '../decoder/decoderGraph';
import { PaddedKvCache } from '../decoder/paddedKvCache';
import { TextReader } from '../decoder/prefill';
import { RecurrentState } from '../decoder/recurrentState';
import { TextScorer } from '../decoder/textScorer';
import { topCandidates } from '../decoding/candidates';
import { isWhole } from '../onnx/gates';
import { decoderOnlyGraph } from '../onnx/graphs';
import type { OpenModel } from './model';

/** Each keeps what it has read last; what was read with one ablation is never read on with another. */
export interface Readers {
  readonly graph: DecoderGraph;
  readonly reader: TextReader;
  readonly scorer: TextScorer;
}

export class DecoderReaders {
  readonly #model: OpenModel;
  readonly whole: Readers;
  /** Those of the ablation that was asked for last: the next request often has the same. */
  #ablated: (Readers & { readonly key: string }) | undefined;

  constructor(model: OpenModel) {
    this.#model = model;
    this.whole = this.unkept();
  }

  /** @param ablation checked already. */
  of(ablation: Ablation | undefined): Readers {
    if (!ablation || isWhole(ablation)) {
      return this.whole;
    }
    const key = JSON.stringify(ablation);
    if (this.#ablated?.key !== key) {
      this.#ablated = { key, ...this.unkept(ablation) };
    }
    return this.#ablated;
  }

  /** New ones, for one request. */
  unkept(ablation?: Ablation): Readers {
    const { manifest, tokenizer, session } = this.#model;
    const runnable = session(decoderOnlyGraph.graph);
    const empty =
      manifest.architecture === 'lstm'
        ? RecurrentState.empty(runnable, manifest)
        : PaddedKvCache.empty(manifest);
    const graph = new DecoderGraph(runnable, manifest, empty, ablation);
    const reader = new TextReader(graph);
    const scorer = new TextScorer(reader, manifest.contextLength, (logits, top, logSum) =>
      topCandidates(tokenizer, logits, top, logSum),
    );
    return { graph, reader, scorer };
  }
}
