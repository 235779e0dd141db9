import type { SamplingSettings } from '../../math/sampling';
import type { RareWord, DomainShift } from './analyze';
import type { Attention, Candidate, ChatMessage, Device, Token, Window } from './types';

/** How the next token is chosen. Whatever the strategy, probabilities that are told are the model's own. */
export type Strategy =
  /** The most probable token each time; of two alike the lower id. */
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
  /** What to translate, or to go on with. */
  readonly text?: string | undefined;
  /** Instead of a text, to a model that was tuned to converse: what was said, for its answer. */
  readonly messages?: readonly ChatMessage[] | undefined;
  /** Of a decoder-only model that is given a text: ids of tokens that come after it as they are, as in a `PredictRequest`. */
  readonly appended?: readonly number[] | undefined;
  readonly strategy: Strategy;
  /**
   * Tokens to write at most, the one that ends the sequence among them. An encoder-decoder never writes more than
   * twice its source and 10, and no model more than its context holds. By default that, and 64 for a decoder-only model.
   */
  readonly maxNewTokens?: number | undefined;
  /** Texts that end the generation and are no part of it. */
  readonly stop?: readonly string[] | undefined;
  /** Whether to end where the text only repeats itself; by default true for `messages`. See `engine/loop.ts`. */
  readonly loopGuard?: boolean | undefined;
  /**
   * Of a decoder-only model that is given a text and writes one token after another: its last word is taken off and
   * written again, so that a half-typed word is gone on with (`engine/tokenHealing.ts`). `Generation.heldBack` is what
   * was taken off, and `Generation.text` begins with it; its tokens do not count in `maxNewTokens`. False by default.
   */
  readonly heal?: boolean | undefined;
  /** How many candidates of each step to tell; 0 by default. */
  readonly top?: number | undefined;
  /** Attention of the best hypothesis; false by default. */
  readonly attention?: boolean | undefined;
  /** Of beam search: the tree of all that it weighed; false by default. */
  readonly tree?: boolean | undefined;
  /** Where given, `EngineEvents.token` is called for each token as it is chosen; never by beam search, which knows them last. */
  readonly streamId?: string | undefined;
}

/** A way to go on, from its first token to its last. */
export interface Hypothesis {
  readonly text: string;
  /** In nats, summed over all tokens. */
  readonly logProbability: number;
}

/** A token that beam search weighed as the next one of a hypothesis. */
export interface BeamNode {
  /** Index of the token before it; -1 for a first one. */
  readonly parent: number;
  readonly id: number;
  /** As in `Candidate.text`. */
  readonly text: string;
  /** In nats, of this token. */
  readonly logProbability: number;
  /** In nats, from the first token to this one. */
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
   * The text that was gone on from, with what was appended to it: of messages what was read of them, as they were put
   * to the model. `source` points into it.
   */
  readonly prompt: string;
  /** What was read, with special tokens. */
  readonly source: readonly Token[];
  /** What was written; `start` and `end` point into `text`. The token that ends the sequence is among them where it was chosen. */
  readonly target: readonly Token[];
  /** Without special tokens, and for a translator without the space before the first word. */
  readonly text: string;
  /** The end of the given text that was not read but written again; only if `heal` was asked for. */
  readonly heldBack?: string | undefined;
  /** In nats, one for each target token. */
  readonly logProbabilities: readonly number[];
  /**
   * Only if `heal` was asked for: for each target token the log of the summed probability of all that could come there,
   * because they begin with what was held back; 0 where all could. The difference of the two is how probable a token
   * was among those.
   */
  readonly logAllowed?: readonly number[] | undefined;
  /** Their sum. */
  readonly logProbability: number;
  /** Why it ended: the model said so, the limit was reached, a text of `stop` was written, or it repeated itself. */
  readonly finish: 'end-of-sequence' | 'length' | 'stop' | 'loop';
  /** At most as many as there are beams, the best first; it is `text`. */
  readonly hypotheses: readonly Hypothesis[];
  /** Only of beam search, and if asked for. A parent stands before its children. */
  readonly beamTree?: readonly BeamNode[] | undefined;
  /** For each target token the `top` most probable tokens in its place; empty unless asked for. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Of the text as far as it was read, and of a translator that knows what it learned from. */
  readonly rareWords?: readonly RareWord[] | undefined;
  /** Of a translator: all that was read of the text; empty where nothing in it is new to it but words. */
  readonly domainShifts?: readonly DomainShift[] | undefined;
  /** Only if asked for. */
  readonly attentions: readonly Attention[];
  readonly window: Window;
  /** Tokens of the text that were not read. */
  readonly dropped: number;
  /**
   * Of messages: how many of the oldest were left out, each whole, for the rest to fit the context. The system's stays.
   * Their tokens are those of `dropped`.
   */
  readonly droppedMessages?: number | undefined;
  readonly device: Device;
  /** Of all runs together, without loading and waiting. */
  readonly runMs: number;
}

export interface StreamedToken {
  readonly streamId: string;
  /** A character whose bytes are not all there yet has no width. */
  readonly token: Token;
  /** What the token adds to the text; empty until a character is whole. */
  readonly text: string;
  readonly logProbability: number;
  /** As in `Generation`; only where not all tokens could come. */
  readonly logAllowed?: number | undefined;
  /** As in `Generation`. */
  readonly heldBack?: string | undefined;
  /** Of a decoder-only model, with its first token: what was read before it. */
  readonly read?: ReadPrompt | undefined;
}

/** What of a text or a conversation a generation goes on from, as its `Generation` tells it. */
export interface ReadPrompt extends Pick<Generation, 'prompt' | 'dropped' | 'droppedMessages'> {
  /** How many tokens were read. */
  readonly tokens: number;
}
