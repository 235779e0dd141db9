/** What completion is about, as the status bar says it. */
export type CompletionState =
  | { readonly kind: 'off' }
  /** The person has not said yet whether it may be on beside these others. */
  | { readonly kind: 'unasked'; readonly others: readonly string[] }
  /** The setting names none that can complete. */
  | { readonly kind: 'no-model'; readonly modelId: string }
  | { readonly kind: 'off-for-language'; readonly languageId: string }
  | { readonly kind: 'loading' }
  | { readonly kind: 'thinking' }
  | { readonly kind: 'failed'; readonly why: string }
  /** Until then texts are offered by hand only, in ms since 1970. */
  | { readonly kind: 'snoozed'; readonly until: number }
  /** The person wants texts by hand only. */
  | { readonly kind: 'on-request' }
  /** Texts are offered by hand only, because they take so long. */
  | { readonly kind: 'too-slow'; readonly usualMs: number }
  | { readonly kind: 'ready' };

/** All that decides it. */
export interface Circumstances {
  readonly isEnabled: boolean;
  /** Other extensions that complete, and that the person was not asked about. */
  readonly unasked: readonly string[];
  /** What the setting names where that cannot complete. */
  readonly unknownModel: string | undefined;
  /** Of the document in use; undefined where there is none. */
  readonly languageId: string | undefined;
  readonly isOnForLanguage: boolean;
  readonly work: 'loading' | 'thinking' | undefined;
  /** Of the last try; undefined when it went well. */
  readonly failure: string | undefined;
  /** In ms since 1970; undefined where it is not snoozed. */
  readonly snoozedUntil: number | undefined;
  readonly isOnRequest: boolean;
  /** How long a suggestion takes, in ms, where that is too long and the person has not said to go on. */
  readonly tooSlowMs: number | undefined;
}

/** The first that holds is said: what a person has to decide, then what is going on, then what went wrong. */
export function stateOf(now: Circumstances): CompletionState {
  if (!now.isEnabled) {
    return { kind: 'off' };
  }
  if (now.unasked.length > 0) {
    return { kind: 'unasked', others: now.unasked };
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
    return { kind: 'failed', why: now.failure };
  }
  if (now.snoozedUntil !== undefined) {
    return { kind: 'snoozed', until: now.snoozedUntil };
  }
  if (now.isOnRequest) {
    return { kind: 'on-request' };
  }
  return now.tooSlowMs === undefined
    ? { kind: 'ready' }
    : { kind: 'too-slow', usualMs: now.tooSlowMs };
}

/**
 * Whether text is offered. Not by what `stateOf` says: while a text that was asked for by hand is being written, none
 * is offered unasked.
 */
export function mayOffer(now: Circumstances, isInvoked: boolean): boolean {
  const isOn =
    now.isEnabled &&
    now.unasked.length === 0 &&
    now.unknownModel === undefined &&
    (now.languageId === undefined || now.isOnForLanguage);
  const isByHandOnly =
    now.snoozedUntil !== undefined || now.isOnRequest || now.tooSlowMs !== undefined;
  return isOn && (isInvoked || !isByHandOnly);
}
