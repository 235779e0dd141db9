import type {
  ChatMessage,
  Attention,
  AttentionLayer,
  Candidate,
  Device,
  HiddenStates,
  InsideAttention,
  Rows,
  Token,
  Window,
} from './types';
import type { TokenRank } from './predict';

/** A word of the text that a translator hardly saw while it learned: it can only guess at it. */
export interface RareWord {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** In how many sentences of the training text it was. */
  readonly sentences: number;
}

/**
 * How a text is unlike all that a translator learned from: in capitals, and then read as `readAs`; without a letter;
 * with markup, or in a script that it never saw, as in the place told; longer than the longest, in words between white
 * space. Places are UTF-16 offsets into the text.
 */
export type DomainShift =
  | {
      readonly kind: 'capitals';
      readonly start: number;
      readonly end: number;
      readonly readAs: string;
    }
  | { readonly kind: 'no-words' }
  | { readonly kind: 'markup' | 'script'; readonly start: number; readonly end: number }
  | { readonly kind: 'length'; readonly words: number; readonly maxWords: number };

export interface Analysis {
  readonly modelId: string;
  /** Of messages: what was read of them, as they were put to the model, and then the text. `source` points into it. */
  readonly prompt?: string | undefined;
  readonly source: readonly Token[];
  /**
   * The translation, with the token that ends it; empty unless the model is an encoder-decoder. Offsets point into
   * `targetText`.
   */
  readonly target: readonly Token[];
  /** What `target` spells: the translation that was given or made. Absent unless the model is an encoder-decoder. */
  readonly targetText?: string | undefined;
  /** Of the text as far as it was read, and of a translator that knows what it learned from. */
  readonly rareWords?: readonly RareWord[] | undefined;
  /** Of a translator: all that was read of the text; empty where nothing in it is new to it but words. */
  readonly domainShifts?: readonly DomainShift[] | undefined;
  readonly attentions: readonly Attention[];
  /** Of the source. Only if asked for, like all states. An LSTM has no layer for the embedding: [L, S, D]. */
  readonly hiddenStates?: HiddenStates | undefined;
  /** Of an LSTM encoder, [L, S, D]. */
  readonly cellStates?: HiddenStates | undefined;
  /** Of the decoder, after the step that chose each target token: [L + 1, T, D], of an LSTM [L, T, D]. */
  readonly targetHiddenStates?: HiddenStates | undefined;
  /** Of an LSTM decoder, [L, T, D]. */
  readonly targetCellStates?: HiddenStates | undefined;
  /** Of an LSTM: what the decoder begins with, all that it is given of the source but attention, [L, 1, D]. */
  readonly firstHiddenStates?: HiddenStates | undefined;
  /** The same of the cell, [L, 1, D]. */
  readonly firstCellStates?: HiddenStates | undefined;
  /** Of additive attention before its softmax, [T, S]. @see Bahdanau et al., arXiv:1409.0473, section 3.1, e_ij. */
  readonly attentionScores?: Rows | undefined;
  /** What additive attention gave to each step, [T, D]. @see Bahdanau et al., arXiv:1409.0473, equation 5, c_i. */
  readonly contexts?: Rows | undefined;
  /** Only if asked for. */
  readonly inside?: InsideAttention | undefined;
  /**
   * The `top` most probable tokens, best first; empty unless asked for, and for a model without a head. Of an
   * encoder-only model for each token of the source, in its place; of a decoder-only model for each token of the
   * source, after it; of an encoder-decoder for each token of the target, in its place.
   */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Only with candidates of tokens that were masked: what stands in the text in the place of each, in the order asked. */
  readonly maskedRanks?: readonly TokenRank[] | undefined;
  readonly window: Window;
  /** Tokens of the text left out, before and after the window together, in both segments. */
  readonly dropped: number;
  readonly device: Device;
  /** Of the run alone, without loading and waiting. */
  readonly runMs: number;
}

/** What to look at. `text` and `textPair` are kept as they are: offsets point into them. */
export interface AnalyzeRequest {
  readonly modelId: string;
  readonly text: string;
  /** To a model that was tuned to converse: what was said. `text` is how its answer begins, and may be empty. */
  readonly messages?: readonly ChatMessage[] | undefined;
  /** BERT's sentence B. */
  readonly textPair?: string | undefined;
  /** Tokens of `text` to leave out before the window; 0 by default. Clamped so that the window is full where the text is long enough. */
  readonly windowStart?: number | undefined;
  readonly hiddenStates?: boolean | undefined;
  /** False leaves attention out, for timing; true by default. */
  readonly attention?: boolean | undefined;
  /** Of an encoder-decoder: the translation to look at. Where it is absent, the text is translated first, with 5 beams. */
  readonly targetText?: string | undefined;
  /** How many candidates of each position to tell; 0 by default. */
  readonly top?: number | undefined;
  /**
   * Of an encoder-only model: indices into `source` of tokens of the text that it is to read as its mask. They are so
   * in `source` too, each with the place it had in the text.
   */
  readonly masked?: readonly number[] | undefined;
  /** Of a Transformer: a layer to look inside. */
  readonly inside?: AttentionLayer | undefined;
  /** Of a model with additive attention: a row of weights to use instead of its own. */
  readonly attentionOverride?: AttentionOverride | undefined;
}

/** A row of cross-attention set by hand: the context of this step follows from it, and all that comes after. */
export interface AttentionOverride {
  /** Index of the target token that is chosen with it. */
  readonly position: number;
  /** [S], at least 0, with the sum 1; `S` counts the source with its special tokens. */
  readonly weights: Float32Array | readonly number[];
  /**
   * Whether the translation is written anew from this step on, the most probable token each time; what stands before
   * it stays. False by default: the translation stays as it is, and only what the model thinks of it changes.
   */
  readonly continues?: boolean | undefined;
}
