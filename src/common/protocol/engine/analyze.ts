/** The contract of `analyze`: what a model does while it reads a text. */

import type { Ablation } from './ablation';
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
import type { UsualHeads } from '../usualHeads';

/** A word of the text that a translator hardly saw in training, so it can only guess at it. */
export interface RareWord {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** Number of sentences of the training text that have it. */
  readonly sentences: number;
}

/**
 * How a text differs from all that a translator was trained on: it is in capitals, and then read as `readAs`; it has no
 * letter; it has markup or a script that the training text lacks, at the given place; it is longer than the longest
 * training text, in words between white space. Places are UTF-16 offsets into the text.
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

/** A word's place in the dependency tree of its sentence, as a parser reads it off the model's states. */
export interface Dependency {
  /** `Token.word` of the dependent. */
  readonly word: number;
  /** `Token.word` of its head; -1 where it is the root of its sentence. */
  readonly head: number;
  /** One of the manifest's `parser.relations`: those of Universal Dependencies, and `same-word` for a later part of a word that the tokenizer cut ("e", "-", "mail"). */
  readonly relation: string;
  /** What the parser gives this head among all words of the sentence, before it takes the best tree. */
  readonly headProbability: number;
  /** What it gives the relation, if the head is right. */
  readonly relationProbability: number;
}

export interface Analysis {
  readonly modelId: string;
  /** What was read of messages, as they were put to the model, then the text; absent without messages. `source` points into it. */
  readonly prompt?: string | undefined;
  readonly source: readonly Token[];
  /**
   * The translation, with the token that ends it; empty unless the model is an encoder-decoder. Offsets point into
   * `targetText`.
   */
  readonly target: readonly Token[];
  /** What `target` spells: the translation that was given or generated. Absent unless the model is an encoder-decoder. */
  readonly targetText?: string | undefined;
  /** Rare words of the text as far as it was read; absent unless a translator has counts of its training text. */
  readonly rareWords?: readonly RareWord[] | undefined;
  /** Shifts of the text as far as it was read; absent unless the model is a translator. */
  readonly domainShifts?: readonly DomainShift[] | undefined;
  readonly attentions: readonly Attention[];
  /** What its heads usually do; absent unless the model's folder says it. */
  readonly usualHeads?: UsualHeads | undefined;
  /** States of the source. All states are present only if requested. An LSTM has no layer for the embedding: [L, S, D]. */
  readonly hiddenStates?: HiddenStates | undefined;
  /** Cell states of an LSTM encoder, [L, S, D]. */
  readonly cellStates?: HiddenStates | undefined;
  /** States of the decoder after the step that chose each target token: [L + 1, T, D], of an LSTM [L, T, D]. */
  readonly targetHiddenStates?: HiddenStates | undefined;
  /** Cell states of an LSTM decoder, [L, T, D]. */
  readonly targetCellStates?: HiddenStates | undefined;
  /** States that an LSTM decoder starts from, all that it gets of the source but attention, [L, 1, D]. */
  readonly firstHiddenStates?: HiddenStates | undefined;
  /** Cell states that an LSTM decoder starts from, [L, 1, D]. */
  readonly firstCellStates?: HiddenStates | undefined;
  /** Scores of additive attention before its softmax, [T, S]. @see Bahdanau et al., arXiv:1409.0473, section 3.1, e_ij. */
  readonly attentionScores?: Rows | undefined;
  /** Contexts that additive attention gave to each step, [T, D]. @see Bahdanau et al., arXiv:1409.0473, equation 5, c_i. */
  readonly contexts?: Rows | undefined;
  /** One for each word that was read, in order; present only if requested, and if the model has a parser. */
  readonly dependencies?: readonly Dependency[] | undefined;
  /** Present only if requested. */
  readonly inside?: InsideAttention | undefined;
  /**
   * The `top` most probable tokens, best first; empty unless requested, and for a model without a head. An encoder-only
   * model gives them for each token of the source, in its place; a decoder-only model for each token of the source,
   * after it; an encoder-decoder for each token of the target, in its place.
   */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Ranks of the original tokens in the places of `masked`, in its order; present only with candidates. */
  readonly maskedRanks?: readonly TokenRank[] | undefined;
  readonly window: Window;
  /** Tokens of the text left out, before and after the window together, in both segments. */
  readonly dropped: number;
  readonly device: Device;
  /** Duration of the run alone, without loading and waiting. */
  readonly runMs: number;
}

/** A request to look into a model. `text` and `textPair` are kept as they are: offsets point into them. */
export interface AnalyzeRequest {
  readonly modelId: string;
  readonly text: string;
  /** A conversation, for a model that was tuned to converse. `text` is how its answer begins, and may be empty. */
  readonly messages?: readonly ChatMessage[] | undefined;
  /** BERT's sentence B. */
  readonly textPair?: string | undefined;
  /** Tokens of `text` to leave out before the window; 0 by default. Clamped so that the window is full where the text is long enough. */
  readonly windowStart?: number | undefined;
  readonly hiddenStates?: boolean | undefined;
  /** False leaves attention out, for timing; true by default. */
  readonly attention?: boolean | undefined;
  /** The translation that an encoder-decoder is to write. If it is absent, the text is translated first. */
  readonly targetText?: string | undefined;
  /** The number of hypotheses that the beam search for that translation keeps, 1 to 16; 5 by default. */
  readonly beams?: number | undefined;
  /** Number of candidates to return for each position; 0 by default. */
  readonly top?: number | undefined;
  /**
   * Indices into `source` of tokens that an encoder-only model is to read as its mask. `source` has the mask there too,
   * with the place of the original token.
   */
  readonly masked?: readonly number[] | undefined;
  /** Whether to parse the text; false by default. A model without a parser (`hasParser`) parses nothing. */
  readonly dependencies?: boolean | undefined;
  /** A layer of a Transformer to look inside. */
  readonly inside?: AttentionLayer | undefined;
  /** Parts of the model that are switched off or weakened; none by default. */
  readonly ablation?: Ablation | undefined;
  /** A row of weights that a model with additive attention uses instead of its own. */
  readonly attentionOverride?: AttentionOverride | undefined;
}

/** A row of cross-attention set by hand: the context of its step follows from it, and all that comes after. */
export interface AttentionOverride {
  /** Index of the target token that is chosen with it. */
  readonly position: number;
  /** [S], at least 0, with the sum 1; `S` counts the source with its special tokens. */
  readonly weights: Float32Array | readonly number[];
  /**
   * Whether the model generates the translation anew from this step on, greedily; what stands before it stays. False by
   * default: the translation stays as it is, and only its probabilities change.
   */
  readonly continues?: boolean | undefined;
}
