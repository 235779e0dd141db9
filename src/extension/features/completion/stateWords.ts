import { l10n } from 'vscode';
import type { CompletionState } from './state';

const { t } = l10n;

/** What stands behind the names in the words. */
export interface Names {
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
export function shortWords(state: CompletionState, { model, language }: Names): string {
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
export function sentencesOf(state: CompletionState, { model, language }: Names): string {
  switch (state.kind) {
    case 'off':
      return t('Completion is off.');
    case 'unasked':
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
    case 'thinking':
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
        seconds(state.usualMs),
        askKey,
      );
    case 'ready':
      return t('{0} completes text as you write, on this machine.', model);
  }
}
