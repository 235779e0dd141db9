/** VS Code's provider of ghost text. */

import * as vscode from 'vscode';
import type { CompletionOptions } from './options';
import { acceptedCommand, type ShownCompletion, type AcceptanceTracker } from './acceptanceTracker';
import { startOfLine } from './cursorContext';
import { cursorContextAt } from './cursorContextAt';
import type { Suggester } from './suggester';

/** How long after VS Code has given a request up it is looked whether a key was the reason, in ms. */
const graceMs = 30;

/**
 * Set while what is offered first begins with the indentation that the caret lacks. VS Code's own Tab would indent
 * there instead of taking it; a key of ours, in `package.json`, takes it.
 */
const indentsContext = 'lmEvolution.completionIndents';

/** Documents that nobody writes in. */
const readOnly = new Set([
  'output',
  'lm-evolution',
  'lm-evolution-statistics',
  'git',
  'search-editor',
]);

export interface ProviderParts {
  readonly suggester: Pick<Suggester, 'suggest'>;
  readonly offers: Pick<AcceptanceTracker, 'show'>;
  readonly options: () => CompletionOptions;
  readonly mayOffer: (document: vscode.TextDocument, isInvoked: boolean) => boolean;
}

/** One request of VS Code's. */
interface PendingRequest {
  readonly key: string;
  readonly isInvoked: boolean;
  readonly giveUp: AbortController;
}

/** Offers ghost text in every document. */
export function completionProvider({
  suggester,
  offers,
  options,
  mayOffer,
}: ProviderParts): vscode.InlineCompletionItemProvider {
  const retriggers = new RetriggerLimit();
  let newest: PendingRequest | undefined;
  return {
    async provideInlineCompletionItems(
      document,
      position,
      { triggerKind, selectedCompletionInfo },
      token,
    ) {
      const isInvoked = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
      if (readOnly.has(document.uri.scheme) || !mayOffer(document, isInvoked)) {
        return undefined;
      }
      const { version } = document;
      const isStillThere = () =>
        !document.isClosed && document.version === version && isCaretAt(document, position);
      const { model: modelId, length, delay } = options();
      const selected = wordOf(selectedCompletionInfo);
      const at = `${document.uri.toString()} ${version} ${document.offsetAt(position)}`;
      const asked: PendingRequest = {
        key: `${at} ${selected?.text ?? ''}`,
        isInvoked,
        giveUp: new AbortController(),
      };
      // One that still rests would end the newer one when it begins to write, and VS Code no longer hears it.
      if (newest?.key === asked.key && (isInvoked || !newest.isInvoked)) {
        newest.giveUp.abort();
      }
      newest = asked;
      giveUpWith(token, isStillThere, asked.giveUp);
      const context = cursorContextAt(document, position, selected);
      const suggestions = await suggester.suggest(
        { context, modelId, length, delay, isInvoked },
        asked.giveUp.signal,
      );
      if (document.isClosed || document.version !== version) {
        return undefined;
      }
      if (token.isCancellationRequested) {
        if (suggestions.length > 0 && isStillThere() && retriggers.mayRetrigger(at)) {
          // As it was asked for: what is offered by hand alone would not come otherwise.
          void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger', {
            explicit: isInvoked,
          });
        }
        return undefined;
      }
      const offset = document.offsetAt(position);
      const offered = suggestions.map((suggestion): ShownCompletion => ({
        suggestion,
        context,
        document,
        offset,
      }));
      offers.show(offered);
      const [first] = suggestions;
      void vscode.commands.executeCommand(
        'setContext',
        indentsContext,
        first !== undefined &&
          /^[ \t]/u.test(first.text) &&
          startOfLine(context.before).trim() === '',
      );
      return offered.map(one => {
        const item = new vscode.InlineCompletionItem(
          (selected?.text ?? '') + one.suggestion.text,
          new vscode.Range(
            selected?.range.start ?? position,
            position.translate(0, one.suggestion.replacedLength),
          ),
        );
        item.command = { command: acceptedCommand, title: '' };
        return item;
      });
    },
  };
}

/**
 * The entry that is chosen in the list of suggestions, if it is a word or two. Nobody goes on after the last line of a
 * snippet: what is written where the caret stands is then shown as soon as the list is closed.
 */
const wordOf = (selected: vscode.SelectedCompletionInfo | undefined) =>
  selected?.text.includes('\n') ? undefined : selected;

/**
 * Gives up with a token of VS Code's, unless nothing has moved: VS Code also gives a request up because it looked for
 * words to list beside it, and does not ask again by itself. The text is written on then, and offered when it is there.
 */
function giveUpWith(
  token: vscode.CancellationToken,
  isStillThere: () => boolean,
  giveUp: AbortController,
): void {
  const look = () =>
    setTimeout(() => {
      if (!isStillThere()) {
        giveUp.abort();
      }
    }, graceMs);
  // A busy host may hear of a request only when it has been given up.
  if (token.isCancellationRequested) {
    look();
  } else {
    token.onCancellationRequested(look);
  }
}

function isCaretAt(document: vscode.TextDocument, position: vscode.Position): boolean {
  const editor = vscode.window.activeTextEditor;
  return (
    editor?.document === document &&
    editor.selection.isEmpty &&
    editor.selection.active.isEqual(position)
  );
}

/** So often one place is brought up again: a list of words that opens and closes takes two, and no more is a loop. */
const most = 3;

/** Counts how often VS Code was told that a text is there which it had given up. */
export class RetriggerLimit {
  #key = '';
  #count = 0;

  /** @param key the document, its version and the offset: another one is counted anew. */
  mayRetrigger(key: string): boolean {
    this.#count = key === this.#key ? this.#count + 1 : 1;
    this.#key = key;
    return this.#count <= most;
  }
}
