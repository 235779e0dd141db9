/** What completion is doing, decided from all that bears on it, and the words for it. */

import { l10n } from 'vscode';

/** What completion is about, as the status bar says it. */
export type CompletionState =
  | { readonly kind: 'off' }
  /** The person has not said yet whether it may be on beside these others. */
  | { readonly kind: 'needs-consent'; readonly others: readonly string[] }
  /** The setting names none that can complete. */
  | { readonly kind: 'no-model'; readonly modelId: string }
  | { readonly kind: 'off-for-language'; readonly languageId: string }
  | { readonly kind: 'loading' }
  | { readonly kind: 'generating' }
  | { readonly kind: 'failed'; readonly why: string }
  /** Until then texts are offered by hand only, in ms since 1970. */
  | { readonly kind: 'snoozed'; readonly until: number }
  /** The person wants texts by hand only. */
  | { readonly kind: 'on-request' }
  /** Texts are offered by hand only, because they take so long. */
  | { readonly kind: 'too-slow'; readonly typicalMs: number }
  | { readonly kind: 'ready' };

/** All that decides it. */
export interface Circumstances {
  readonly isEnabled: boolean;
  /** Other extensions that complete, and that the person was not asked about. */
  readonly withoutConsent: readonly string[];
  /** What the setting names where that cannot complete. */
  readonly unknownModel: string | undefined;
  /** Of the document in use; undefined where there is none. */
  readonly languageId: string | undefined;
  readonly isOnForLanguage: boolean;
  readonly work: 'loading' | 'generating' | undefined;
  /** Of the last try; undefined when it went well. */
  readonly failure: string | undefined;
  /** In ms since 1970; undefined where it is not snoozed. */
  readonly snoozedUntil: number | undefined;
  readonly isOnRequest: boolean;
  /** How long a suggestion takes, in ms, where that is too long and the person has not said to go on. */
  readonly slowMs: number | undefined;
}

/** The first that holds is said: what a person has to decide, then what is going on, then what went wrong. */
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
    return { kind: 'failed', why: now.failure };
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
 * Whether text is offered. Not by what `stateOf` says: while a text that was asked for by hand is being written, none
 * is offered unasked.
 */
export function mayOffer(now: Circumstances, isInvoked: boolean): boolean {
  const isOn =
    now.isEnabled &&
    now.withoutConsent.length === 0 &&
    now.unknownModel === undefined &&
    (now.languageId === undefined || now.isOnForLanguage);
  const isByHandOnly =
    now.snoozedUntil !== undefined || now.isOnRequest || now.slowMs !== undefined;
  return isOn && (isInvoked || !isByHandOnly);
}

const { t } = l10n;

/** What stands behind the names in the words. */
export interface DisplayNames {
  /** As people know it, without what stands in brackets. */
  readonly model: string;
  /** Of the document in use. */
  readonly language: string;
}

/** The key that asks for a suggestion by hand: `package.json` binds it, for VS Code itself binds none. */
export const askKey = 'Alt+\\';

/** A time of the day, as the person's language writes it. */
export const clock = (ms: number): string =>
  new Date(ms).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

const seconds = (ms: number) => (ms / 1000).toFixed(1);

/** What stands in the status bar behind the icon: the model, and where it is not at its work, why. */
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

/** The state as sentences: what is, and what the person can do about it. */
export function sentencesOf(state: CompletionState, { model, language }: DisplayNames): string {
  switch (state.kind) {
    case 'off':
      return t('Completion is off.');
    case 'needs-consent':
      return t('{0} waits for your word: {1} completes text too.', model, state.others.join(', '));
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
      return t('{0} could not complete: {1}', model, state.why);
    case 'snoozed':
      return t(
        '{0} offers nothing by itself until {1}. {2} asks for a suggestion.',
        model,
        clock(state.until),
        askKey,
      );
    case 'on-request':
      return t('{0} offers text only when you ask. {1} asks for a suggestion.', model, askKey);
    case 'too-slow':
      return t(
        '{0} takes {1} s for a suggestion on this machine, so it waits to be asked: {2}. A click has a smaller model, or lets it offer text anyway.',
        model,
        seconds(state.typicalMs),
        askKey,
      );
    case 'ready':
      return t('{0} completes text as you write, on this machine.', model);
  }
}
