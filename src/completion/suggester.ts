import type { GenerateRequest, Generation, StreamedToken, Strategy } from '../shared/engineApi';
import { asEngineError, EngineError } from '../shared/errors';
import type { Finish } from './ending';
import { heal, unheld } from './healing';
import { NewestOnly } from './newestOnly';
import { nextPlace } from './nextPlace';
import type { Outcome } from './outcome';
import { tooLongMs, type Time } from './pace';
import { isSensiblePlace, type Place } from './place';
import { presentable, writingOf } from './presentable';
import { waitAfter } from './retry';
import { shapeOf, stopsOf } from './shape';
import { Writings } from './writings';

export type WritingRequest = Omit<GenerateRequest, 'streamId'>;

/** Text to be offered. */
export interface Suggestion {
  /** What is inserted at the caret; never empty. */
  readonly text: string;
  /** What the engine was asked: the same request gives the same text again. */
  readonly request: WritingRequest;
  /** What has been typed of its answer already, in UTF-16 units, with the space that the prompt held back. */
  readonly typed: number;
}

export interface Ask {
  readonly place: Place;
  readonly modelId: string;
  /** Tokens of a line at most. */
  readonly length: number;
  /** How long the keys must rest, in ms. */
  readonly delay: number;
  /** The person has asked by hand: several are wanted, and at once. */
  readonly isInvoked: boolean;
}

export type Work = 'loading' | 'thinking';

/** What a suggester needs of the world. */
export interface SuggesterParts {
  readonly load: (modelId: string, signal: AbortSignal) => Promise<unknown>;
  readonly generate: (
    request: WritingRequest,
    options: { readonly signal: AbortSignal; readonly onToken: (token: StreamedToken) => void },
  ) => Promise<Generation>;
  /** Settles after so many ms, or when the signal fires. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In ms. */
  readonly now: () => number;
  /** What is done for the person now; undefined when it is done. */
  readonly onWork: (work: Work | undefined) => void;
  readonly onTime: (time: Time) => void;
  readonly onFailure: (error: EngineError) => void;
  /** What became of the newest request. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

const greedy: Strategy = { kind: 'greedy' };
/** Bold enough to differ from the greedy one, not so bold as to be nonsense. */
const sampled = (seed: number): Strategy => ({ kind: 'sample', temperature: 0.8, topP: 0.9, seed });
/** Offered by hand, the most probable one first. */
const alternatives: readonly Strategy[] = [greedy, sampled(1), sampled(2)];

/** A block is so many times as long as a line at most. */
const blockLength = 2;
/** Of a writing that was given up, so many tokens are worth keeping. */
const leastKept = 4;

/**
 * Decides what is offered at a place. It knows no editor and no worker.
 *
 * - What is known is given at once, also while the person types along it.
 * - Else it waits for the keys to rest, and then writes: one at a time, only for the newest place.
 * - When a text is offered it writes what would follow it, until something else is wanted.
 */
export class Suggester {
  readonly #writings = new Writings<WritingRequest>();
  readonly #newest = new NewestOnly();
  #failures = 0;
  #failedAt = 0;

  constructor(private readonly parts: SuggesterParts) {}

  /** Nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#newest.isIdle;
  }

  /** Never rejects: what goes wrong is told by `onFailure`, and nothing is offered. */
  async suggest(ask: Ask, signal: AbortSignal): Promise<readonly Suggestion[]> {
    if (!isSensiblePlace(ask.place, ask.isInvoked)) {
      return [];
    }
    const strategies = ask.isInvoked ? alternatives : [greedy];
    let suggestions = this.#known(ask, strategies);
    if (!suggestions) {
      await this.parts.rest(ask.isInvoked ? 0 : ask.delay, signal);
      if (signal.aborted || this.#mustWait(ask)) {
        return [];
      }
      suggestions = await this.#written(ask, strategies, signal);
    }
    if (signal.aborted || !suggestions) {
      return [];
    }
    const [first] = suggestions;
    if (first) {
      void this.#prepare(ask, first);
    }
    return suggestions;
  }

  /** Ends all work, and forgets all that was written. */
  reset(): void {
    this.#newest.cancel();
    this.#writings.clear();
    this.#failures = 0;
  }

  /** Undefined where something is not known yet. */
  #known(ask: Ask, strategies: readonly Strategy[]): Suggestion[] | undefined {
    const suggestions = new Map<string, Suggestion>();
    for (const strategy of strategies) {
      const { place } = ask;
      const found = this.#writings.find(keyOf(ask.modelId, strategy), place.before);
      // With nothing typed since, what follows may have changed, and with it how much is wanted.
      if (!found || (found.typed === 0 && found.writing.shape !== shapeOf(place))) {
        return undefined;
      }
      const text = presentable(found.writing, place);
      if (text !== '' && !suggestions.has(text)) {
        const held = heal(place.before.slice(0, place.before.length - found.typed)).held.length;
        suggestions.set(text, { text, request: found.with, typed: found.typed + held });
      }
    }
    return [...suggestions.values()];
  }

  async #written(
    ask: Ask,
    strategies: readonly Strategy[],
    signal: AbortSignal,
  ): Promise<Suggestion[] | undefined> {
    const { parts } = this;
    try {
      return await this.#newest.run(async inner => {
        try {
          for (const strategy of strategies) {
            // The one that ran before may have written it.
            if (!this.#known(ask, [strategy])) {
              parts.onWork('loading');
              await parts.load(ask.modelId, inner);
              parts.onWork('thinking');
              await this.#write(ask, strategy, inner, parts.onTime);
            }
          }
          this.#failures = 0;
          return this.#known(ask, strategies);
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
  async #prepare(ask: Ask, { text, request }: Suggestion): Promise<void> {
    const found = this.#writings.find(ask.modelId, ask.place.before);
    if (!found || !this.#newest.isIdle) {
      return;
    }
    const isWhole = found.writing.text === text;
    const place = nextPlace(ask.place, text, isWhole ? found.writing.finish : 'length');
    const next = { ...ask, place, modelId: request.modelId };
    if (!isSensiblePlace(place, false) || this.#known(next, [greedy])) {
      return;
    }
    try {
      await this.#newest.run(signal => this.#write(next, greedy, signal));
    } catch {
      // Whoever asks for it in earnest will hear of it.
    }
  }

  /** Writes at a place and remembers it; of one that is given up, what there is. @throws EngineError */
  async #write(
    { place, modelId, length }: Ask,
    strategy: Strategy,
    signal: AbortSignal,
    onTime: (time: Time) => void = () => undefined,
  ): Promise<void> {
    const { generate, now } = this.parts;
    const shape = shapeOf(place);
    const { prompt, held } = heal(place.before);
    const request: WritingRequest = {
      modelId,
      text: prompt,
      strategy,
      // One more: only what follows a word says that it is whole.
      maxNewTokens: length * (shape === 'block' ? blockLength : 1) + 1,
      stop: stopsOf(shape),
      loopGuard: true,
    };
    const remember = (text: string, finish: Finish) =>
      this.#writings.remember(
        keyOf(modelId, strategy),
        place.before,
        writingOf(unheld(text, held) ?? '', finish, shape, place),
        request,
      );
    const begun = now();
    let written = '';
    let count = 0;
    let firstAt = begun;
    try {
      const generation = await generate(request, {
        signal,
        onToken: ({ text }) => {
          written += text;
          firstAt = count === 0 ? now() : firstAt;
          count++;
        },
      });
      remember(generation.text, generation.finish);
    } catch (error) {
      if (signal.aborted && count >= leastKept) {
        remember(written, 'cancelled');
      }
      if (signal.aborted && now() - begun > tooLongMs) {
        onTime({ firstTokenMs: now() - begun, tokensPerSecond: 0 }); // At least as long.
      }
      throw error;
    }
    const writingMs = now() - firstAt;
    onTime({
      firstTokenMs: firstAt - begun,
      tokensPerSecond: count > 1 && writingMs > 0 ? (1000 * (count - 1)) / writingMs : 0,
    });
  }

  #mustWait({ isInvoked }: Ask): boolean {
    return !isInvoked && this.parts.now() - this.#failedAt < waitAfter(this.#failures);
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

/** What the greedy strategy writes is the model's own; samples are kept beside it. */
const keyOf = (modelId: string, strategy: Strategy) =>
  strategy.kind === 'sample' ? `${modelId} ${strategy.seed}` : modelId;
