/** The contract of `generate`: what a model writes. */

import type { SamplingSettings } from '../../math/sampling';
import type { Ablation } from './ablation';
import type { RareWord, DomainShift } from './analyze';
import type { Attention, Candidate, ChatMessage, Device, Token, Window } from './types';

/** How the next token is chosen. Whatever the strategy, the probabilities in a result are the model's own. */
export type Strategy =
  /** The most probable token each time; the lower id of two that are equal. */
  | { readonly kind: 'greedy' }
  | {
      readonly kind: 'beam';
      /** Hypotheses kept at each step, 1 to 16. */
      readonly beams: number;
      /**
       * p in score = logProbability / length ** p, by which hypotheses are compared; `length` counts the token that
       * ends the sequence. 1 by default, the mean; 0 compares the probabilities themselves, which favours the short.
       * The plain form of the length penalty of Wu et al., arXiv:1609.08144, equation 14, without its constant 5.
       */
      readonly lengthPenalty?: number | undefined;
    }
  | (SamplingSettings & {
      readonly kind: 'sample';
      /** The same seed gives the same text; an integer. */
      readonly seed: number;
    });

export interface GenerateRequest {
  readonly modelId: string;
  /** The text to translate or to continue. */
  readonly text?: string | undefined;
  /** A conversation to answer, instead of a text, for a model that was tuned to converse. */
  readonly messages?: readonly ChatMessage[] | undefined;
  /** Ids of tokens that follow the text as they are, as in a `PredictRequest`; for a decoder-only model and a text. */
  readonly appended?: readonly number[] | undefined;
  readonly strategy: Strategy;
  /**
   * Largest number of new tokens, the one that ends the sequence among them. An encoder-decoder never writes more than
   * twice its source and 10, and no model more than its context holds. That is the default, and 64 for a decoder-only model.
   */
  readonly maxNewTokens?: number | undefined;
  /** Texts that end the generation and are not part of it. */
  readonly stop?: readonly string[] | undefined;
  /** Whether to end where the text only repeats itself, see `engine/decoding/sequences.ts`; true by default for `messages`. */
  readonly loopGuard?: boolean | undefined;
  /**
   * Whether a decoder-only model takes the last word off the text and generates it again, so that it continues a
   * half-typed word (`engine/decoding/tokenHealing.ts`). It needs a text and no beams. `Generation.heldBack` is what was
   * taken off, and `Generation.text` begins with it; its tokens do not count in `maxNewTokens`. False by default.
   */
  readonly heal?: boolean | undefined;
  /** Number of candidates to return for each step; 0 by default. */
  readonly top?: number | undefined;
  /** Whether to return the attention of the best hypothesis; false by default. */
  readonly attention?: boolean | undefined;
  /** Parts of the model that are switched off or weakened; none by default. */
  readonly ablation?: Ablation | undefined;
  /** Whether to return the tree of all candidates of beam search; false by default. */
  readonly tree?: boolean | undefined;
  /** If present, `EngineEvents.token` is called for each token as it is chosen; never by beam search, which knows them last. */
  readonly streamId?: string | undefined;
}

/** A continuation, from its first token to its last. */
interface Hypothesis {
  readonly text: string;
  /** Sum over all tokens, in nats. */
  readonly logProbability: number;
}

/** A token that beam search considered as the next one of a hypothesis. */
export interface BeamNode {
  /** Index of the token before it; -1 for a first one. */
  readonly parent: number;
  readonly id: number;
  /** Text as in `Candidate.text`. */
  readonly text: string;
  /** Log-probability of this token, in nats. */
  readonly logProbability: number;
  /** Sum from the first token to this one, in nats. */
  readonly total: number;
  /** 0 for the first token. */
  readonly step: number;
  /** Whether it was among the best of its step, and so stayed in the beam or ended. */
  readonly kept: boolean;
  /** Whether it ended its hypothesis, by the token that ends a sequence or a text of `stop`. */
  readonly finished: boolean;
  /** Index in `hypotheses` of the one whose last token it is. */
  readonly hypothesis?: number | undefined;
}

export interface Generation {
  readonly modelId: string;
  /**
   * The text that was continued, with what was appended to it; for messages what was read of them, as they were put to
   * the model. `source` points into it.
   */
  readonly prompt: string;
  /** The tokens that were read, with special ones. */
  readonly source: readonly Token[];
  /** The new tokens; `start` and `end` point into `text`. The token that ends the sequence is among them if it was chosen. */
  readonly target: readonly Token[];
  /** The new text, without special tokens, and for a translator without the space before the first word. */
  readonly text: string;
  /** The end of the given text that was not read but generated again; present only with `heal`. */
  readonly heldBack?: string | undefined;
  /** One for each target token, in nats. */
  readonly logProbabilities: readonly number[];
  /**
   * For each target token the log of the summed probability of all tokens that were allowed there, because they begin
   * with what was held back; 0 where all were. The difference of the two is how probable a token was among those.
   * Present only with `heal`.
   */
  readonly logAllowed?: readonly number[] | undefined;
  /** Sum of `logProbabilities`. */
  readonly logProbability: number;
  /** Why it ended: the model ended it, the limit was reached, a text of `stop` was written, or it repeated itself. */
  readonly finish: 'end-of-sequence' | 'length' | 'stop' | 'loop';
  /** At most as many as there are beams, best first; the first one is `text`. */
  readonly hypotheses: readonly Hypothesis[];
  /** The tree of beam search, present only if requested. A parent precedes its children. */
  readonly beamTree?: readonly BeamNode[] | undefined;
  /** For each target token the `top` most probable tokens in its place; empty unless requested. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Rare words of the text as far as it was read; absent unless a translator has counts of its training text. */
  readonly rareWords?: readonly RareWord[] | undefined;
  /** Shifts of the text as far as it was read; absent unless the model is a translator. */
  readonly domainShifts?: readonly DomainShift[] | undefined;
  /** Empty unless requested. */
  readonly attentions: readonly Attention[];
  readonly window: Window;
  /** Number of tokens of the text that were not read. */
  readonly dropped: number;
  /**
   * Number of the oldest messages that were left out, each whole, for the rest to fit the context. The system's stays.
   * Their tokens are those of `dropped`.
   */
  readonly droppedMessages?: number | undefined;
  readonly device: Device;
  /** Duration of all runs together, without loading and waiting. */
  readonly runMs: number;
}

export interface StreamedToken {
  readonly streamId: string;
  /** The token has no width while its character lacks bytes. */
  readonly token: Token;
  /** The text that the token adds; empty until a character is whole. */
  readonly text: string;
  readonly logProbability: number;
  /** As in `Generation`; present only where not all tokens were allowed. */
  readonly logAllowed?: number | undefined;
  /** As in `Generation`. */
  readonly heldBack?: string | undefined;
  /** What a decoder-only model read; present with its first token. */
  readonly read?: ReadPrompt | undefined;
}

/** The part of a text or a conversation that a generation continues, as in its `Generation`. */
export interface ReadPrompt extends Pick<Generation, 'prompt' | 'dropped' | 'droppedMessages'> {
  /** Number of tokens that were read. */
  readonly tokens: number;
}
