import * as vscode from 'vscode';
import type { CompletionOptions } from './options';
import { acceptedCommand, type Offered, type Offers } from './offers';
import { placeAt } from './placeAt';
import type { Suggester } from './suggester';

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
      const { model: modelId, length, delay } = options();
      const selected = context.selectedCompletionInfo;
      const place = placeAt(document, position, selected);
      const suggestions = await suggester.suggest(
        { place, modelId, length, delay, isInvoked },
        signalOf(token),
      );
      if (token.isCancellationRequested || document.isClosed || document.version !== version) {
        return undefined;
      }
      const offset = document.offsetAt(position);
      const offered = suggestions.map((suggestion): Offered => ({
        suggestion,
        place,
        document,
        offset,
      }));
      const [first] = offered;
      if (first) {
        offers.show(first);
      }
      return offered.map(one => {
        const item = new vscode.InlineCompletionItem(
          (selected?.text ?? '') + one.suggestion.text,
          selected?.range ?? new vscode.Range(position, position),
        );
        item.command = { command: acceptedCommand, title: '', arguments: [one] };
        return item;
      });
    },
  };
}

/** Fires with a token of VS Code's. */
function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  } else {
    token.onCancellationRequested(() => controller.abort());
  }
  return controller.signal;
}
