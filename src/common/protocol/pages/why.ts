/** The contract between the extension host and the page that explains a completion. */
import type { Candidate, DeviceReport, Token } from '../engine/types';
import type { TextHostApi } from './host';
import type { PageApi, PageDescription } from './page';
import type { HeadPosition } from '../../attention/attention';

/** A token that a completion wrote, and what else the model thought of in its place. */
export interface ExplainedToken {
  readonly token: Token;
  /** The model's own, of its whole vocabulary; what a strategy cut is not left out. */
  readonly probability: number;
  /** 1 is the most probable; undefined where it is beyond those that were looked at. */
  readonly rank: number | undefined;
  /** The most probable ones, best first. */
  readonly candidates: readonly Candidate[];
}

/** What was offered, and the same text made once more with all that can be told of it. */
export interface Explanation {
  /** What a later question about it names. It ends when another completion is explained. */
  readonly id: string;
  readonly modelId: string;
  /** The prompt as the model got it. */
  readonly prompt: string;
  /** Of the prompt, as far as it was read. `attentionOf` answers with their attention. */
  readonly promptTokens: readonly Token[];
  /** All that the model wrote. */
  readonly text: string;
  /** What of it was offered, in UTF-16 offsets. */
  readonly offered: { readonly start: number; readonly end: number };
  readonly tokens: readonly ExplainedToken[];
  /** How many ranks are looked at. */
  readonly ranks: number;
  /** How it was chosen: the most probable token each time, or drawn. */
  readonly isSampled: boolean;
  readonly layers: number;
  readonly heads: number;
  /** Tokens of the prompt left out because the text is longer than the context. */
  readonly dropped: number;
  readonly device: DeviceReport | undefined;
  readonly runMs: number;
}

/** How a written token ranks when the state after a layer is read as if it were the last. */
export interface LayerRank {
  readonly rank: number;
  readonly probability: number;
  /** What that layer would have written. */
  readonly first: string;
}

export interface WhyDescription extends PageDescription {
  readonly modelId: string | undefined;
  readonly device: DeviceReport | undefined;
  /** As drawn, in order. */
  readonly tokens: readonly {
    readonly text: string;
    readonly probability: number;
    readonly rank: number | undefined;
    readonly candidates: readonly string[];
  }[];
  /** Index of the token that is explained. */
  readonly chosen: number;
  /** Tokens of the prompt, as drawn. */
  readonly prompt: readonly string[];
  /** What the chosen token looked at, one for each token of the prompt; undefined until it is there. */
  readonly weights: readonly number[] | undefined;
  /** Of the layers, counted from 1, from which on the chosen token was the first; undefined where that is not known. */
  readonly decidedAt: number | undefined;
}

export interface WhyPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<WhyDescription>;
}

export interface WhyHostApi extends TextHostApi {
  /** Makes the shown completion again, by the engine that made it, with all that can be said of it but its tensors. */
  explain(arg: Record<string, never>): Promise<Explanation>;
  /**
   * What the model looked at when it chose token `index` of an explained completion: a weight for each token of the
   * prompt, then for each written before, with the sum 1.
   *
   * @param arg.heads are averaged; at least one.
   * @throws EngineError `input-invalid` where the explanation has ended.
   */
  attentionOf(arg: {
    readonly id: Explanation['id'];
    readonly index: number;
    readonly heads: readonly HeadPosition[];
  }): Promise<readonly number[]>;
  /**
   * How token `index` of an explained completion ranked after the embedding and after each layer; undefined where the
   * graph cannot tell.
   *
   * @throws EngineError `input-invalid` where the explanation has ended.
   */
  rankByLayer(arg: {
    readonly id: Explanation['id'];
    readonly index: number;
  }): Promise<readonly LayerRank[] | undefined>;
}
