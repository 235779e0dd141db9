/** Decides what is offered at a caret, and when the model generates. It knows no editor and no worker. */
import type { Strategy } from '../../../common/protocol/engine/generate';
import { asEngineError, EngineError } from '../../../common/errors';
import { type CacheHit, CompletionCache } from './completionCache';
import {
  afterAccept,
  type CursorContext,
  type NoOfferReason,
  noOfferReasonAt,
  type Outcome,
} from './cursorContext';
import { completionKind } from './endings';
import {
  type CompletionRequest,
  generateCompletion,
  type GenerationParts,
  type Provenance,
} from './generation';
import { backoffMs, LatestOnly, type Timing } from './latency';
import { judge, type Offer } from './postprocess';

/** A text to offer. */
export interface Suggestion {
  /** The text to insert at the caret; never empty. */
  readonly text: string;
  /** The length of the text after the caret that it replaces, in UTF-16 units. */
  readonly replacedLength: number;
  /** The mean log-probability of its tokens, in nats. */
  readonly score: number;
  /** The request that the engine answered: the same request gives the same text again. */
  readonly request: CompletionRequest;
  /** The text as the model wrote it, and where it starts in `Generation.text` of that request, in UTF-16 units. */
  readonly source: { readonly start: number; readonly text: string };
  /** How much was typed before the caret since the request was made, in UTF-16 units. */
  readonly typedSince: number;
}

/** What a suggester is asked for. */
export interface SuggestionRequest {
  readonly context: CursorContext;
  readonly modelId: string;
  /** The most tokens of a line. */
  readonly length: number;
  /** How long the keys must rest first, in ms. */
  readonly delay: number;
  /** The user asked for suggestions: several are wanted, and at once. */
  readonly isInvoked: boolean;
}

interface Answer {
  readonly suggestions: readonly Suggestion[];
  readonly outcome: Outcome;
}

const nothing = (reason: NoOfferReason): Answer => ({
  suggestions: [],
  outcome: { kind: 'nothing', reason },
});

export type Work = 'loading' | 'generating';

/** What a suggester needs of the world. */
export interface SuggesterParts extends GenerationParts {
  readonly load: (modelId: string, signal: AbortSignal) => Promise<unknown>;
  /** Settles after so many ms, or when the signal fires. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Is called with the work that the user waits for; undefined when it is done. */
  readonly onWork: (work: Work | undefined) => void;
  readonly onTiming: (timing: Timing) => void;
  readonly onFailure: (error: EngineError) => void;
  /** Is called with the outcome of the newest request. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

const greedy: Strategy = { kind: 'greedy' };
/** Bold enough to differ from the greedy strategy, not so bold as to be nonsense. */
const sampled = (seed: number): Strategy => ({ kind: 'sample', temperature: 0.8, topP: 0.9, seed });
/** Offered, ranked by their scores, if the user asked. */
const alternatives: readonly Strategy[] = [greedy, sampled(1), sampled(2)];
/** Tried one after another otherwise, until one is worth showing. */
const attempts: readonly Strategy[] = [greedy, sampled(1)];
/** Another attempt may be better after these; a model that finds its best guess improbable has no better one. */
const retryReasons: ReadonlySet<NoOfferReason> = new Set(['repeats', 'unbalanced']);

/**
 * Offers text at a caret.
 *
 * - A cached completion is returned at once, also while the user types along it.
 * - Otherwise it waits until the keys rest, and then generates: one request at a time, only for the newest caret.
 * - After it has offered a text, it generates what would follow, until something else is wanted.
 */
export class Suggester {
  readonly #cache = new CompletionCache<Provenance>();
  readonly #latest = new LatestOnly();
  #failures = 0;
  #failedAt = 0;

  constructor(private readonly parts: SuggesterParts) {}

  /** Whether nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#latest.isIdle;
  }

  /** Never rejects: a failure is passed to `onFailure`, and nothing is offered. */
  async suggest(request: SuggestionRequest, signal: AbortSignal): Promise<readonly Suggestion[]> {
    const { suggestions, outcome } = await this.#answer(request, signal);
    this.parts.onOutcome?.(outcome);
    const [first] = suggestions;
    if (first) {
      void this.#prepare(request, first);
    }
    return suggestions;
  }

  async #answer(request: SuggestionRequest, signal: AbortSignal): Promise<Answer> {
    const { context, isInvoked, delay } = request;
    const reason = noOfferReasonAt(context, isInvoked);
    if (reason) {
      return nothing(reason);
    }
    let answer = this.#lookUp(request);
    if (answer.missing) {
      await this.parts.rest(isInvoked ? 0 : delay, signal);
      if (signal.aborted) {
        return nothing('given-up');
      }
      if (!isInvoked && this.parts.now() - this.#failedAt < backoffMs(this.#failures)) {
        return nothing('waits');
      }
      answer = (await this.#generateAnswer(request, signal)) ?? nothing('given-up');
    }
    return signal.aborted ? nothing('given-up') : answer;
  }

  /** Ends all work, and forgets all completions. */
  reset(): void {
    this.#latest.cancel();
    this.#cache.clear();
    this.#failures = 0;
  }

  /** The answer from the cache; `missing` is the strategy that must be generated first if it does not suffice. */
  #lookUp({
    context,
    isInvoked,
    modelId,
  }: SuggestionRequest): Answer & { readonly missing?: Strategy } {
    const suggestions = new Map<string, Suggestion>();
    let reason: NoOfferReason | undefined;
    for (const strategy of isInvoked ? alternatives : attempts) {
      const hit = this.#cache.find(keyOf(modelId, strategy), context.before);
      // If nothing was typed since, the text after the caret may have changed, and with it how much is wanted.
      if (!hit || (hit.typed === 0 && hit.completion.kind !== completionKind(context))) {
        return { ...nothing(reason ?? 'nothing-written'), missing: strategy };
      }
      const judgement = judge(hit.completion, context);
      if ('offer' in judgement) {
        const suggestion = suggestionOf(judgement.offer, hit);
        if (!suggestions.has(suggestion.text)) {
          suggestions.set(suggestion.text, suggestion);
        }
        if (!isInvoked) {
          break;
        }
      } else if (hit.details.isPart) {
        // Its end may be better than its beginning.
        return { ...nothing(reason ?? 'nothing-written'), missing: strategy };
      } else {
        reason ??= judgement.reason; // The reason of the greedy completion, which is the model's own.
        if (!isInvoked && !retryReasons.has(judgement.reason)) {
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
      : nothing(reason ?? 'nothing-written');
  }

  /** Generates until the cache holds an answer. @returns undefined if that was given up or has failed. */
  async #generateAnswer(
    request: SuggestionRequest,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const { parts } = this;
    try {
      return await this.#latest.run(async inner => {
        try {
          for (;;) {
            const answer = this.#lookUp(request); // The run before may have generated it.
            if (!answer.missing) {
              this.#failures = 0;
              return answer;
            }
            parts.onWork('loading');
            await parts.load(request.modelId, inner);
            parts.onWork('generating');
            await this.#generate(request, answer.missing, inner, parts.onTiming);
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

  /** Generates what would follow a suggestion if it were accepted. Nobody waits for it, so it reports nothing. */
  async #prepare(
    { context, modelId, ...rest }: SuggestionRequest,
    { text, replacedLength, request: { strategy } }: Suggestion,
  ): Promise<void> {
    const hit = this.#cache.find(keyOf(modelId, strategy), context.before);
    if (!hit || !this.#latest.isIdle) {
      return;
    }
    const endsLine = hit.completion.text === text && hit.completion.finish === 'stop';
    const next: SuggestionRequest = {
      ...rest,
      context: afterAccept(context, { text, replacedLength }, endsLine),
      modelId,
      isInvoked: false,
    };
    if (noOfferReasonAt(next.context, false) || !this.#lookUp(next).missing) {
      return;
    }
    try {
      await this.#latest.run(signal => this.#generate(next, greedy, signal));
    } catch {
      // The failure will be reported when the user needs this text.
    }
  }

  /** @throws EngineError */
  #generate(
    { context, modelId, length }: SuggestionRequest,
    strategy: Strategy,
    signal: AbortSignal,
    onTiming: (timing: Timing) => void = () => undefined,
  ): Promise<void> {
    return generateCompletion(
      this.parts,
      { context, modelId, strategy, length, signal },
      {
        onCompletion: (completion, provenance) =>
          this.#cache.set(keyOf(modelId, strategy), context.before, completion, provenance),
        onTiming,
      },
    );
  }

  #fail(error: unknown): void {
    // A text that no model can continue is no failure of the machine.
    if (EngineError.is(error) && (error.code === 'cancelled' || error.code.startsWith('input-'))) {
      return;
    }
    this.#failures++;
    this.#failedAt = this.parts.now();
    this.parts.onFailure(asEngineError(error));
  }
}

/** An offer with where it comes from. */
function suggestionOf(
  offer: Offer,
  {
    completion: { text, raw },
    typed,
    details: { request, heldBack, missing },
  }: CacheHit<Provenance>,
): Suggestion {
  // The model has not written the white space that was added to bring the text to its level.
  const added = Math.max(0, missing - typed);
  const source =
    raw === text
      ? { start: heldBack + Math.max(0, typed - missing), text: offer.text.slice(added) }
      : { start: heldBack, text: raw.slice(missing) };
  return { ...offer, request, source, typedSince: typed - missing };
}

/** Whether a suggestion is the beginning of a longer one, of which the user can accept a part. */
const isBeginningOf = (one: Suggestion, other: Suggestion) =>
  other.text.length > one.text.length && other.text.startsWith(one.text);

/** The greedy completion is the model's own; samples are cached beside it. */
const keyOf = (modelId: string, strategy: Strategy) =>
  strategy.kind === 'sample' ? `${modelId} ${strategy.seed}` : modelId;
