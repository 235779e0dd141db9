/** What completion is about, as the status bar says it. */
export type CompletionState =
  | { readonly kind: 'off' }
  /** The person has not said yet whether it may be on beside these others. */
  | { readonly kind: 'unasked'; readonly others: readonly string[] }
  | { readonly kind: 'off-for-language'; readonly languageId: string }
  | { readonly kind: 'loading' }
  | { readonly kind: 'thinking' }
  /** Texts are offered by hand only. */
  | { readonly kind: 'too-slow'; readonly usualMs: number }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'ready' };

/** All that decides it. */
export interface Circumstances {
  readonly isEnabled: boolean;
  /** Other extensions that complete, and that the person was not asked about. */
  readonly unasked: readonly string[];
  /** Of the document in use; undefined where there is none. */
  readonly languageId: string | undefined;
  readonly isOnForLanguage: boolean;
  readonly work: 'loading' | 'thinking' | undefined;
  /** How long a suggestion takes, in ms, where that is too long and the person has not said to go on. */
  readonly tooSlowMs: number | undefined;
  /** Of the last try; undefined when it went well. */
  readonly failure: string | undefined;
}

/** The first that holds is said: what a person has to decide, then what is going on, then what went wrong. */
export function stateOf(now: Circumstances): CompletionState {
  if (!now.isEnabled) {
    return { kind: 'off' };
  }
  if (now.unasked.length > 0) {
    return { kind: 'unasked', others: now.unasked };
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
  return now.tooSlowMs === undefined
    ? { kind: 'ready' }
    : { kind: 'too-slow', usualMs: now.tooSlowMs };
}

/** Whether text is offered: by hand also where it comes too slowly, and where the last try went wrong. */
export const mayOffer = ({ kind }: CompletionState, isInvoked: boolean): boolean =>
  kind === 'too-slow'
    ? isInvoked
    : kind !== 'off' && kind !== 'unasked' && kind !== 'off-for-language';
