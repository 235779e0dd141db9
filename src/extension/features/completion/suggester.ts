/** Decides what is offered at a caret, and when it is written. */

import type {
  GenerateRequest,
  Generation,
  Strategy,
  StreamedToken,
} from '../../../common/protocol/engine/generate';
import { asEngineError, EngineError } from '../../../common/errors';
import { wholeThought, type Finish, completionKind, stopSequences } from './endings';
import {
  missingIndentation,
  afterAccept,
  noOfferReasonAt,
  type CursorContext,
} from './cursorContext';
import { judge, postprocess, type CachedCompletion } from './postprocess';
import type { ScoredToken } from './likelihood';
import { LatestOnly, slowAfterMs, type Timing, backoffMs } from './latency';
import type { NoOfferReason, Outcome } from './outcome';
import { CompletionCache } from './completionCache';

export type CompletionRequest = Omit<GenerateRequest, 'streamId'>;

/** Text to be offered. */
export interface Suggestion {
  /** What is inserted at the caret; never empty. */
  readonly text: string;
  /** How much behind the caret it takes the place of, in UTF-16 units. */
  readonly replacedLength: number;
  /** The mean log-probability of its tokens, in nats. */
  readonly score: number;
  /** What the engine was asked: the same request gives the same text again. */
  readonly request: CompletionRequest;
  /** Where in `Generation.text` of that request it comes from, in UTF-16 units. */
  readonly source: { readonly start: number; readonly text: string };
  /** How much longer the text before the caret is than the one that the request was made from, in UTF-16 units. */
  readonly typedSince: number;
}

export interface SuggestionRequest {
  readonly context: CursorContext;
  readonly modelId: string;
  /** Tokens of a line at most. */
  readonly length: number;
  /** How long the keys must rest, in ms. */
  readonly delay: number;
  /** The person has asked by hand: several are wanted, and at once. */
  readonly isInvoked: boolean;
}

/** How a text came about. */
interface Provenance {
  readonly request: CompletionRequest;
  /** What of the answer had been typed when it was asked for, in UTF-16 units. */
  readonly heldBack: number;
  /** White space that was added to bring the text to its level, in UTF-16 units. */
  readonly missing: number;
  /** Given up before it came to an end. */
  readonly isPart: boolean;
}

interface Answer {
  readonly suggestions: readonly Suggestion[];
  readonly outcome: Outcome;
}

const nothing = (why: NoOfferReason): Answer => ({
  suggestions: [],
  outcome: { kind: 'nothing', why },
});

export type Work = 'loading' | 'generating';

/** What a suggester needs of the world. */
export interface SuggesterParts {
  readonly load: (modelId: string, signal: AbortSignal) => Promise<unknown>;
  readonly generate: (
    request: CompletionRequest,
    options: { readonly signal: AbortSignal; readonly onToken: (token: StreamedToken) => void },
  ) => Promise<Generation>;
  /** Settles after so many ms, or when the signal fires. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In ms. */
  readonly now: () => number;
  /** What is done for the person now; undefined when it is done. */
  readonly onWork: (work: Work | undefined) => void;
  readonly onTime: (time: Timing) => void;
  readonly onFailure: (error: EngineError) => void;
  /** What became of the newest request. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

const greedy: Strategy = { kind: 'greedy' };
/** Bold enough to differ from the greedy one, not so bold as to be nonsense. */
const sampled = (seed: number): Strategy => ({ kind: 'sample', temperature: 0.8, topP: 0.9, seed });
/** Offered by hand, ranked by their scores. */
const alternatives: readonly Strategy[] = [greedy, sampled(1), sampled(2)];
/** Tried unasked, one after another, until one is worth showing. */
const attempts: readonly Strategy[] = [greedy, sampled(1)];
/** After these another try may be better; a model that finds its best guess improbable has no better one. */
const retryReasons: ReadonlySet<NoOfferReason> = new Set(['repeats', 'unbalanced']);

/** Of code so many times the length of a line is written at most, where a bracket or a block wants further lines. */
const blockLength = 3;
/** Of a writing that was given up, so many tokens are worth keeping. */
const minKept = 4;

/**
 * Decides what is offered at a place. It knows no editor and no worker.
 *
 * - What is known is given at once, also while the person types along it.
 * - Else it waits for the keys to rest, and then writes: one at a time, only for the newest place.
 * - When a text is offered it writes what would follow it, until something else is wanted.
 */
export class Suggester {
  readonly #cache = new CompletionCache<Provenance>();
  readonly #latest = new LatestOnly();
  #failures = 0;
  #failedAt = 0;

  constructor(private readonly parts: SuggesterParts) {}

  /** Nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#latest.isIdle;
  }

  /** Never rejects: what goes wrong is told by `onFailure`, and nothing is offered. */
  async suggest(ask: SuggestionRequest, signal: AbortSignal): Promise<readonly Suggestion[]> {
    const { suggestions, outcome } = await this.#suggest(ask, signal);
    this.parts.onOutcome?.(outcome);
    const [first] = suggestions;
    if (first) {
      void this.#prepare(ask, first);
    }
    return suggestions;
  }

  async #suggest(ask: SuggestionRequest, signal: AbortSignal): Promise<Answer> {
    const problem = noOfferReasonAt(ask.context, ask.isInvoked);
    if (problem) {
      return nothing(problem);
    }
    let known = this.#lookUp(ask);
    if (known.missing) {
      await this.parts.rest(ask.isInvoked ? 0 : ask.delay, signal);
      if (signal.aborted) {
        return nothing('given-up');
      }
      if (this.#mustWait(ask)) {
        return nothing('waits');
      }
      known = (await this.#written(ask, signal)) ?? nothing('given-up');
    }
    return signal.aborted ? nothing('given-up') : known;
  }

  /** Ends all work, and forgets all that was written. */
  reset(): void {
    this.#latest.cancel();
    this.#cache.clear();
    this.#failures = 0;
  }

  /** What is known for a place, and what else would have to be written. */
  #lookUp(ask: SuggestionRequest): Answer & { readonly missing?: Strategy } {
    const { context, isInvoked } = ask;
    const suggestions = new Map<string, Suggestion>();
    let why: NoOfferReason | undefined;
    for (const strategy of isInvoked ? alternatives : attempts) {
      const hit = this.#cache.find(keyOf(ask.modelId, strategy), context.before);
      // With nothing typed since, what follows may have changed, and with it how much is wanted.
      if (!hit || (hit.typed === 0 && hit.completion.kind !== completionKind(context))) {
        return { ...nothing(why ?? 'nothing-written'), missing: strategy };
      }
      const judgement = judge(hit.completion, context);
      if ('offer' in judgement) {
        const { offer } = judgement;
        const { request, heldBack, missing } = hit.with;
        const isAsWritten = hit.completion.raw === hit.completion.text;
        // Of what was added to bring the text to its level, the model has written nothing.
        const own = Math.max(0, missing - hit.typed);
        if (!suggestions.has(offer.text)) {
          suggestions.set(offer.text, {
            ...offer,
            request,
            source: isAsWritten
              ? {
                  start: heldBack + Math.max(0, hit.typed - missing),
                  text: offer.text.slice(own),
                }
              : { start: heldBack, text: hit.completion.raw.slice(missing) },
            typedSince: hit.typed - missing,
          });
        }
        if (!isInvoked) {
          break;
        }
      } else if (hit.with.isPart) {
        return { ...nothing(why ?? 'nothing-written'), missing: strategy }; // Its end may be better than its beginning.
      } else {
        why ??= judgement.why; // Of what the model itself would write.
        if (!isInvoked && !retryReasons.has(judgement.why)) {
          break;
        }
      }
    }
    const all = [...suggestions.values()];
    const ranked = all
      .filter(one => !all.some(other => isBeginningOf(one, other)))
      .sort((a, b) => b.score - a.score);
    return ranked.length > 0
      ? { suggestions: ranked, outcome: { kind: 'offered' } }
      : nothing(why ?? 'nothing-written');
  }

  async #written(ask: SuggestionRequest, signal: AbortSignal): Promise<Answer | undefined> {
    const { parts } = this;
    try {
      return await this.#latest.run(async inner => {
        try {
          for (;;) {
            const known = this.#lookUp(ask); // The one that ran before may have written it.
            if (!known.missing) {
              this.#failures = 0;
              return known;
            }
            parts.onWork('loading');
            await parts.load(ask.modelId, inner);
            parts.onWork('generating');
            await this.#write(ask, known.missing, inner, parts.onTime);
          }
        } finally {
          parts.onWork(undefined);
        }
      }, signal);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  /** Writes what would follow a suggestion if it were taken. It is worth nothing to wait for, so it tells nothing. */
  async #prepare(
    ask: SuggestionRequest,
    { text, replacedLength, request }: Suggestion,
  ): Promise<void> {
    const hit = this.#cache.find(keyOf(ask.modelId, request.strategy), ask.context.before);
    if (!hit || !this.#latest.isIdle) {
      return;
    }
    const isWhole = hit.completion.text === text;
    const context = afterAccept(
      ask.context,
      { text, replacedLength },
      isWhole ? hit.completion.finish : 'length',
    );
    const next = { ...ask, context, isInvoked: false };
    if (noOfferReasonAt(context, false) || !this.#lookUp(next).missing) {
      return;
    }
    try {
      await this.#latest.run(signal => this.#write(next, greedy, signal));
    } catch {
      // Whoever asks for it in earnest will hear of it.
    }
  }

  /**
   * Writes at a place and remembers it; of one that is given up, what there is. It ends where a thought does.
   *
   * @throws EngineError
   */
  async #write(
    { context, modelId, length }: SuggestionRequest,
    strategy: Strategy,
    signal: AbortSignal,
    onTime: (time: Timing) => void = () => undefined,
  ): Promise<void> {
    const { generate, now } = this.parts;
    const kind = completionKind(context);
    const missing = missingIndentation(context);
    // The text is written as if the caret stood at its level already.
    const level: CursorContext = { ...context, before: context.before + missing };
    const request: CompletionRequest = {
      modelId,
      text: (context.preamble ?? '') + level.before,
      strategy,
      heal: true,
      // One more: only what follows a word says that it is whole.
      maxNewTokens: length * (context.isProse ? 1 : blockLength) + 1,
      stop: stopSequences(context),
      loopGuard: true,
    };
    const ending = new AbortController();
    const begun = now();
    let written = '';
    let heldBack = 0;
    const tokens: ScoredToken[] = [];
    let firstAt = begun;
    const keep = (text: string, finish: Finish, steps: readonly ScoredToken[]) => {
      const own = postprocess(text.slice(heldBack), finish, kind, level, beyond(steps, heldBack));
      const completion: CachedCompletion =
        own.text === '' ? own : { ...own, text: missing + own.text, raw: missing + own.raw };
      this.#cache.set(keyOf(modelId, strategy), context.before, completion, {
        request,
        heldBack,
        missing: missing.length,
        isPart: finish === 'cancelled',
      });
    };
    try {
      const generation = await generate(request, {
        signal: AbortSignal.any([signal, ending.signal]),
        onToken: ({ text, logProbability, logAllowed = 0, heldBack: held = '' }) => {
          heldBack = held.length;
          written += text;
          firstAt = tokens.length === 0 ? now() : firstAt;
          tokens.push({ end: written.length, logProbability: logProbability - logAllowed });
          if (wholeThought(written.slice(heldBack), kind, level) !== undefined) {
            ending.abort();
          }
        },
      });
      heldBack = generation.heldBack?.length ?? 0;
      keep(generation.text, generation.finish, stepsOf(generation));
    } catch (error) {
      const isWhole = ending.signal.aborted && !signal.aborted;
      if (isWhole) {
        keep(written, 'stop', tokens);
      } else if (signal.aborted && tokens.length >= minKept) {
        keep(written, 'cancelled', tokens);
      }
      if (signal.aborted && now() - begun > slowAfterMs) {
        onTime({ firstTokenMs: now() - begun, tokensPerSecond: 0 }); // At least as long.
      }
      if (!isWhole) {
        throw error;
      }
    }
    const writingMs = now() - firstAt;
    const count = tokens.length;
    onTime({
      firstTokenMs: firstAt - begun,
      tokensPerSecond: count > 1 && writingMs > 0 ? (1000 * (count - 1)) / writingMs : 0,
    });
  }

  #mustWait({ isInvoked }: SuggestionRequest): boolean {
    return !isInvoked && this.parts.now() - this.#failedAt < backoffMs(this.#failures);
  }

  #fail(error: unknown): void {
    // A text that no model can go on with is no failure of the machine's.
    if (EngineError.is(error) && (error.code === 'cancelled' || error.code.startsWith('input-'))) {
      return;
    }
    this.#failures++;
    this.#failedAt = this.parts.now();
    this.parts.onFailure(asEngineError(error));
  }
}

/** Whether a text is the beginning of a longer one: whoever wants no more takes so much of the longer one. */
const isBeginningOf = (one: Suggestion, other: Suggestion) =>
  other.text.length > one.text.length && other.text.startsWith(one.text);

/** What the greedy strategy writes is the model's own; samples are kept beside it. */
const keyOf = (modelId: string, strategy: Strategy) =>
  strategy.kind === 'sample' ? `${modelId} ${strategy.seed}` : modelId;

const stepsOf = ({ target, logProbabilities, logAllowed }: Generation): ScoredToken[] =>
  target.map(({ end }, index) => ({
    end,
    logProbability: (logProbabilities[index] ?? 0) - (logAllowed?.[index] ?? 0),
  }));

/** The tokens that go beyond what had been typed, with places in the text after it. */
const beyond = (tokens: readonly ScoredToken[], typed: number): ScoredToken[] =>
  tokens.filter(({ end }) => end > typed).map(token => ({ ...token, end: token.end - typed }));
