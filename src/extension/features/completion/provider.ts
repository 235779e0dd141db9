/** VS Code's provider of ghost text, and its registration. */
import * as vscode from 'vscode';
import { acceptedCommand, type AcceptanceTracker, type ShownCompletion } from './acceptanceTracker';
import { startOfLine } from './cursorContext';
import { cursorContextAt } from './cursorContextAt';
import type { CompletionOptions } from './options';
import type { Suggester } from './suggester';

/** Delay before checking whether a cancelled request was caused by a keystroke, in ms. */
const graceMs = 30;

/**
 * A context key, set while the first completion begins with the indentation that the caret lacks. There VS Code's own
 * Tab would indent instead of accepting the completion; a key binding of ours in `package.json` accepts it.
 */
const indentsContext = 'lmEvolution.completionIndents';

/** Schemes of documents that nobody writes in. */
const readOnlySchemes = new Set([
  'output',
  'lm-evolution',
  'lm-evolution-statistics',
  'git',
  'search-editor',
]);

export interface ProviderParts {
  readonly suggester: Pick<Suggester, 'suggest'>;
  readonly tracker: Pick<AcceptanceTracker, 'show'>;
  readonly options: () => CompletionOptions;
  readonly mayOffer: (document: vscode.TextDocument, isInvoked: boolean) => boolean;
}

/** Registers the provider while completion is on: while it is off, VS Code does not ask for text at all. */
export class ProviderRegistration {
  #registered: vscode.Disposable | undefined;

  constructor(private readonly provider: vscode.InlineCompletionItemProvider) {}

  register(): void {
    this.#registered ??= vscode.languages.registerInlineCompletionItemProvider(
      { pattern: '**' },
      this.provider,
    );
  }

  dispose(): void {
    this.#registered?.dispose();
    this.#registered = undefined;
  }
}

/** A request of VS Code's. */
interface PendingRequest {
  /** The document, its version, the offset, and the word that is chosen in the list of suggestions. */
  readonly key: string;
  readonly isInvoked: boolean;
  readonly abort: AbortController;
}

/** Offers ghost text in every document. */
export function completionProvider({
  suggester,
  tracker,
  options,
  mayOffer,
}: ProviderParts): vscode.InlineCompletionItemProvider {
  const retriggers = new RetriggerLimit();
  let newest: PendingRequest | undefined;
  return {
    async provideInlineCompletionItems(document, position, trigger, token) {
      const isInvoked = trigger.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
      if (readOnlySchemes.has(document.uri.scheme) || !mayOffer(document, isInvoked)) {
        return undefined;
      }
      const { version } = document;
      const isCurrent = () =>
        !document.isClosed && document.version === version && isCaretAt(document, position);
      const { model: modelId, length, delay } = options();
      const selected = singleLineOf(trigger.selectedCompletionInfo);
      const at = `${document.uri.toString()} ${version} ${document.offsetAt(position)}`;
      const request: PendingRequest = {
        key: `${at} ${selected?.text ?? ''}`,
        isInvoked,
        abort: new AbortController(),
      };
      // One that still waits for the delay would end the newer one once it generates, and VS Code no longer wants it.
      if (newest?.key === request.key && (isInvoked || !newest.isInvoked)) {
        newest.abort.abort();
      }
      newest = request;
      abortWith(token, isCurrent, request.abort);
      const context = cursorContextAt(document, position, selected);
      const suggestions = await suggester.suggest(
        { context, modelId, length, delay, isInvoked },
        request.abort.signal,
      );
      if (document.isClosed || document.version !== version) {
        return undefined;
      }
      if (token.isCancellationRequested) {
        if (suggestions.length > 0 && isCurrent() && retriggers.mayRetrigger(at)) {
          // In the way it was asked for, because some text is offered only when the user asks.
          void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger', {
            explicit: isInvoked,
          });
        }
        return undefined;
      }
      const offset = document.offsetAt(position);
      const shown = suggestions.map((suggestion): ShownCompletion => ({
        suggestion,
        context,
        document,
        offset,
      }));
      tracker.show(shown);
      const [first] = suggestions;
      void vscode.commands.executeCommand(
        'setContext',
        indentsContext,
        first !== undefined &&
          /^[ \t]/u.test(first.text) &&
          startOfLine(context.before).trim() === '',
      );
      return suggestions.map(({ text, replacedLength }) => {
        const item = new vscode.InlineCompletionItem(
          (selected?.text ?? '') + text,
          new vscode.Range(
            selected?.range.start ?? position,
            position.translate(0, replacedLength),
          ),
        );
        item.command = { command: acceptedCommand, title: '' };
        return item;
      });
    },
  };
}

/**
 * The entry that is chosen in the list of suggestions, if it is a word or two. Nobody continues after the last line of
 * a snippet: for a snippet, the text at the caret is offered as soon as the list is closed.
 */
const singleLineOf = (selected: vscode.SelectedCompletionInfo | undefined) =>
  selected?.text.includes('\n') ? undefined : selected;

/**
 * Aborts with a token of VS Code's, unless nothing has moved. VS Code also cancels a request because it looked for
 * words to list beside it, and does not ask again by itself. In that case the text is generated and then offered.
 */
function abortWith(
  token: vscode.CancellationToken,
  isCurrent: () => boolean,
  abort: AbortController,
): void {
  const check = () =>
    setTimeout(() => {
      if (!isCurrent()) {
        abort.abort();
      }
    }, graceMs);
  // A busy host may receive a request only after it was cancelled.
  if (token.isCancellationRequested) {
    check();
  } else {
    token.onCancellationRequested(check);
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

/** A list of words that opens and closes takes two; more than three would be a loop. */
const maxRetriggers = 3;

/** Counts how often VS Code was asked to request a text again that it had given up. */
export class RetriggerLimit {
  #key = '';
  #count = 0;

  /** @param key the document, its version and the offset; another key starts a new count. */
  mayRetrigger(key: string): boolean {
    this.#count = key === this.#key ? this.#count + 1 : 1;
    this.#key = key;
    return this.#count <= maxRetriggers;
  }
}
