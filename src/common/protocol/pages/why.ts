/** The contract between the extension host and the page that explains a completion. */
import type { Candidate, DeviceReport, Token } from '../engine/types';
import type { TextHostApi } from './host';
import type { PageApi, PageDescription } from './page';
import type { Subject } from './subject';
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

/** Tokens of the prompt that stand together, by index. */
export interface PromptSpan {
  readonly start: number;
  readonly end: number;
}

/** How probable the written tokens are after a prompt from which some tokens are left out. */
export interface OmissionEffect {
  /** One for each written token; undefined for the first where nothing of the prompt is left. */
  readonly probabilities: readonly (number | undefined)[];
  /** Number of tokens that the model read for it. */
  readonly computed: number;
  readonly runMs: number;
}

/** What the model would have written from another token on. */
export interface Alternative {
  /** Of the written token that the other one replaces. */
  readonly index: number;
  /** Id of the other token. */
  readonly tokenId: number;
  /** The other token, and what the model wrote after it. */
  readonly tokens: readonly { readonly text: string; readonly probability: number }[];
  /** What would stand in the document in place of what was offered. */
  readonly text: string;
  /** Why it cannot be put there; undefined if it can. */
  readonly obstacle: string | undefined;
  readonly runMs: number;
}

/** Told of the questions "what if", for the text alternative and for tests. */
export interface WhatIfDescription {
  readonly alternative: string | undefined;
  /** What is left out, as drawn, and the probability of each written token without it. */
  readonly without:
    | {
        readonly texts: readonly string[];
        readonly probabilities: readonly (number | undefined)[] | undefined;
      }
    | undefined;
  /** Of each part of the prompt that was left out alone: by how many bits the chosen token is less probable without it. */
  readonly sweep: readonly {
    readonly text: string;
    readonly bits: number | undefined;
    readonly attention: number | undefined;
  }[];
  /** Kendall's tau-b between attention and the size of the effect; undefined until it can be said. */
  readonly agreement: number | undefined;
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
  readonly whatIf: WhatIfDescription;
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
  /**
   * Reads the prompt again without some of its tokens, and the written tokens after it as they are.
   *
   * @param arg.leftOut in order, and apart.
   * @throws EngineError `input-invalid` where the explanation has ended, or there are no such tokens.
   */
  leaveOut(arg: {
    readonly id: Explanation['id'];
    readonly leftOut: readonly PromptSpan[];
  }): Promise<OmissionEffect>;
  /**
   * Lets the model continue from another token than the one it wrote.
   *
   * @throws EngineError `input-invalid` where the explanation has ended, or there is no such token.
   */
  writeFrom(arg: {
    readonly id: Explanation['id'];
    readonly index: number;
    readonly tokenId: number;
  }): Promise<Alternative>;
  /**
   * Puts the text of the last alternative into the document in place of the completion, as one step that can be undone.
   *
   * @returns what is shown from now on; undefined where the document has changed, which the user is told.
   */
  take(arg: { readonly id: Explanation['id'] }): Promise<Subject | undefined>;
}
