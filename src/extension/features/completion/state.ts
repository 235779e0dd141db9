/** The state of completion: what happens, how that decides the state, and how the status bar words it. */
import { l10n } from 'vscode';
import { isTooSlow, type Timing, typicalMs, withTiming } from './latency';
import { median } from './statistics';
import type { Work } from './suggester';
import type { NoOfferReason, Outcome } from './cursorContext';

const { t } = l10n;

export type CompletionState =
  | { readonly kind: 'off' }
  /** The user has not yet agreed to have it on beside these other extensions. */
  | { readonly kind: 'needs-consent'; readonly others: readonly string[] }
  /** The setting names no model that can complete. */
  | { readonly kind: 'no-model'; readonly modelId: string }
  | { readonly kind: 'off-for-language'; readonly languageId: string }
  | { readonly kind: 'loading' }
  | { readonly kind: 'generating' }
  | { readonly kind: 'failed'; readonly message: string }
  /** Until then, in ms since 1970, text is offered only when the user asks. */
  | { readonly kind: 'snoozed'; readonly until: number }
  /** The user wants text only when asking for it. */
  | { readonly kind: 'on-request' }
  /** Text is offered only when the user asks, because it takes so long. */
  | { readonly kind: 'too-slow'; readonly typicalMs: number }
  | { readonly kind: 'ready' };

/** Everything that decides the state. */
export interface Circumstances {
  readonly isEnabled: boolean;
  /** Other extensions that complete, and that the user has not agreed to have beside ours. */
  readonly withoutConsent: readonly string[];
  /** The id in the setting if no such model can complete. */
  readonly unknownModel: string | undefined;
  /** The language of the active document, if there is one. */
  readonly languageId: string | undefined;
  readonly isOnForLanguage: boolean;
  readonly work: Work | undefined;
  /** The message of the last attempt if it failed. */
  readonly failure: string | undefined;
  /** In ms since 1970; undefined if it is not snoozed. */
  readonly snoozedUntil: number | undefined;
  readonly isOnRequest: boolean;
  /** How long a suggestion takes, in ms, if that is too long and the user has not accepted it. */
  readonly slowMs: number | undefined;
}

/**
 * The first circumstance that holds decides: first what the user has to settle, then what is going on, then what went
 * wrong.
 */
export function stateOf(now: Circumstances): CompletionState {
  if (!now.isEnabled) {
    return { kind: 'off' };
  }
  if (now.withoutConsent.length > 0) {
    return { kind: 'needs-consent', others: now.withoutConsent };
  }
  if (now.unknownModel !== undefined) {
    return { kind: 'no-model', modelId: now.unknownModel };
  }
  if (now.languageId !== undefined && !now.isOnForLanguage) {
    return { kind: 'off-for-language', languageId: now.languageId };
  }
  if (now.work !== undefined) {
    return { kind: now.work };
  }
  if (now.failure !== undefined) {
    return { kind: 'failed', message: now.failure };
  }
  if (now.snoozedUntil !== undefined) {
    return { kind: 'snoozed', until: now.snoozedUntil };
  }
  if (now.isOnRequest) {
    return { kind: 'on-request' };
  }
  return now.slowMs === undefined ? { kind: 'ready' } : { kind: 'too-slow', typicalMs: now.slowMs };
}

/**
 * Whether text may be offered. It does not follow from `stateOf`: while text that the user asked for is being
 * generated, none may be offered unasked.
 *
 * @param isInvoked the user asked for a suggestion.
 */
export function mayOffer(now: Circumstances, isInvoked: boolean): boolean {
  const isOn =
    now.isEnabled &&
    now.withoutConsent.length === 0 &&
    now.unknownModel === undefined &&
    (now.languageId === undefined || now.isOnForLanguage);
  const isOnlyOnRequest =
    now.snoozedUntil !== undefined || now.isOnRequest || now.slowMs !== undefined;
  return isOn && (isInvoked || !isOnlyOnRequest);
}

/** Follows a suggester at work. */
export class Activity {
  #work: Work | undefined;
  #failure: string | undefined;
  #outcome: Outcome | undefined;
  /** In ms, the oldest first. */
  #times: readonly number[] = [];

  /** @param onChange is called when the work, the failure or the reason for no offer has changed. */
  constructor(private readonly onChange: () => void) {}

  get work(): Work | undefined {
    return this.#work;
  }

  setWork(work: Work | undefined): void {
    if (work === undefined && this.#work === 'generating') {
      this.#failure = undefined; // A failure of this work is reported after its end.
    }
    this.#work = work;
    this.onChange();
  }

  /** The message of the last failure, until a generation succeeds. */
  get failure(): string | undefined {
    return this.#failure;
  }

  fail(message: string): void {
    this.#failure = message;
    this.onChange();
  }

  /** Why the newest request brought nothing; undefined if it brought something. */
  get noOfferReason(): NoOfferReason | undefined {
    return this.#outcome?.kind === 'nothing' ? this.#outcome.reason : undefined;
  }

  /** How long suggestions take, in ms; undefined unless that is too long. */
  get slowMs(): number | undefined {
    return isTooSlow(this.#times) ? median(this.#times) : undefined;
  }

  setOutcome(outcome: Outcome): void {
    const before = this.noOfferReason;
    this.#outcome = outcome;
    if (this.noOfferReason !== before) {
      this.onChange();
    }
  }

  addTiming(timing: Timing): void {
    this.#times = withTiming(this.#times, typicalMs(timing));
  }

  /** Forgets the last failure and outcome, which belong to other settings. */
  forgetResults(): void {
    this.#failure = undefined;
    this.#outcome = undefined;
  }

  forgetTimings(): void {
    this.#times = [];
  }
}

/** Keeps completion quiet for a while. It ends by itself, and with the window. */
export class Snooze {
  #until: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onChange is called when a snooze begins or ends. */
  constructor(private readonly onChange: () => void) {}

  /** In ms since 1970; undefined if there is no snooze. */
  get until(): number | undefined {
    // The timer is late on a machine that was asleep.
    return this.#until !== undefined && this.#until > Date.now() ? this.#until : undefined;
  }

  begin(minutes: number): void {
    const ms = minutes * 60_000;
    clearTimeout(this.#timer);
    this.#until = Date.now() + ms;
    this.#timer = setTimeout(() => this.end(), ms);
    this.onChange();
  }

  end(): void {
    this.dispose();
    this.#until = undefined;
    this.onChange();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}

/** Names as the user knows them. */
export interface DisplayNames {
  /** The model's name, without the part in brackets. */
  readonly model: string;
  /** The language of the active document; empty if there is none. */
  readonly language: string;
}

/** The key that asks for a suggestion. `package.json` binds it, because VS Code itself binds none. */
export const askKey = 'Alt+\\';

/** A time of day in the user's language. */
export const clock = (ms: number): string =>
  new Date(ms).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

const seconds = (ms: number) => (ms / 1000).toFixed(1);

/** The text behind the icon in the status bar: the model, and why it is not at work if it is not. */
export function shortWords(state: CompletionState, { model, language }: DisplayNames): string {
  switch (state.kind) {
    case 'off':
      return t('{0}: off', model);
    case 'no-model':
      return t('There is no model “{0}”', state.modelId);
    case 'off-for-language':
      return t('{0}: off for {1}', model, language);
    case 'snoozed':
      return t('{0}: snoozed until {1}', model, clock(state.until));
    case 'on-request':
    case 'too-slow':
      return t('{0}: on request', model);
    default:
      return model;
  }
}

/** The state in sentences, with what the user can do about it. */
export function sentencesOf(state: CompletionState, { model, language }: DisplayNames): string {
  switch (state.kind) {
    case 'off':
      return t('Completion is off.');
    case 'needs-consent':
      return t(
        '{0} is waiting for your decision: {1} also completes text.',
        model,
        state.others.join(', '),
      );
    case 'no-model':
      return t(
        'There is no model “{0}” that completes text. Choose another, or correct the setting.',
        state.modelId,
      );
    case 'off-for-language':
      return t('{0} completes text, but not in {1}.', model, language);
    case 'loading':
      return t('{0} is being loaded.', model);
    case 'generating':
      return t('{0} is writing.', model);
    case 'failed':
      return t('{0} could not complete the text: {1}', model, state.message);
    case 'snoozed':
      return t(
        '{0} offers nothing by itself until {1}. Press {2} to ask for a suggestion.',
        model,
        clock(state.until),
        askKey,
      );
    case 'on-request':
      return t('{0} offers text only when you ask. Press {1} to ask.', model, askKey);
    case 'too-slow':
      return t(
        '{0} takes {1} s for a suggestion on this machine, so it waits until you press {2}. Click to choose a smaller model, or to let it offer text anyway.',
        model,
        seconds(state.typicalMs),
        askKey,
      );
    case 'ready':
      return t('{0} completes text as you write, on this machine.', model);
  }
}
