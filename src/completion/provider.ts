import * as vscode from 'vscode';
import type { CompletionOptions } from './options';
import { acceptedCommand, type Offered, type Offers } from './offers';
import { placeAt } from './placeAt';
import type { Suggester } from './suggester';

/** How long after VS Code has given a request up it is looked whether a key was the reason, in ms. */
const graceMs = 30;
/** An answer that took less came from what is known, and is not lost by being given up once. In ms. */
const quickMs = 100;

/** Documents that nobody writes in. */
const readOnly = new Set(['output', 'lm-evolution', 'git', 'search-editor']);

export interface ProviderParts {
  readonly suggester: Suggester;
  readonly offers: Offers;
  readonly options: () => CompletionOptions;
  readonly mayOffer: (document: vscode.TextDocument, isInvoked: boolean) => boolean;
}

/** Offers ghost text in every document. */
export function completionProvider({
  suggester,
  offers,
  options,
  mayOffer,
}: ProviderParts): vscode.InlineCompletionItemProvider {
  return {
    async provideInlineCompletionItems(document, position, context, token) {
      const isInvoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
      if (readOnly.has(document.uri.scheme) || !mayOffer(document, isInvoked)) {
        return undefined;
      }
      const { version } = document;
      const begun = performance.now();
      const isStillThere = () =>
        !document.isClosed && document.version === version && isCaretAt(document, position);
      const { model: modelId, length, delay } = options();
      const selected = context.selectedCompletionInfo;
      const place = placeAt(document, position, selected);
      const suggestions = await suggester.suggest(
        { place, modelId, length, delay, isInvoked },
        signalOf(token, isStillThere),
      );
      if (document.isClosed || document.version !== version) {
        return undefined;
      }
      if (token.isCancellationRequested) {
        const isWorthAsking = suggestions.length > 0 && performance.now() - begun > quickMs;
        if (isWorthAsking && !isInvoked && isStillThere()) {
          void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger', {
            explicit: false,
          });
        }
        return undefined;
      }
      const offset = document.offsetAt(position);
      const offered = suggestions.map((suggestion): Offered => ({
        suggestion,
        place,
        document,
        offset,
      }));
      offers.show(offered);
      return offered.map(one => {
        const item = new vscode.InlineCompletionItem(
          (selected?.text ?? '') + one.suggestion.text,
          selected?.range ?? new vscode.Range(position, position),
        );
        item.command = { command: acceptedCommand, title: '' };
        return item;
      });
    },
  };
}

/**
 * Fires with a token of VS Code's, unless nothing has moved: VS Code also gives a request up because it looked for
 * words to list beside it, and does not ask again by itself. The text is written on then, and offered when it is there.
 */
function signalOf(token: vscode.CancellationToken, isStillThere: () => boolean): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  } else {
    token.onCancellationRequested(() =>
      setTimeout(() => {
        if (!isStillThere()) {
          controller.abort();
        }
      }, graceMs),
    );
  }
  return controller.signal;
}

function isCaretAt(document: vscode.TextDocument, position: vscode.Position): boolean {
  const editor = vscode.window.activeTextEditor;
  return (
    editor?.document === document &&
    editor.selection.isEmpty &&
    editor.selection.active.isEqual(position)
  );
}
