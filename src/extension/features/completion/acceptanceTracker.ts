/** The completions that were shown last, and whether the user accepted them. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { ContentChange } from '../../subject/pieces';
import type { DocumentCursorContext } from './cursorContextAt';
import type { StatisticsStore } from './statisticsPage';
import type { Suggestion } from './suggester';

/** A completion that was shown, with all that is needed to explain it. */
export interface ShownCompletion {
  readonly suggestion: Suggestion;
  readonly context: DocumentCursorContext;
  readonly document: vscode.TextDocument;
  /** UTF-16 offset in the document at which it begins. */
  readonly offset: number;
}

/** The part of a shown completion that can still be accepted. */
export interface PendingCompletion {
  readonly uri: string;
  /** UTF-16 offset of the caret in the document, where the text begins. */
  readonly offset: number;
  /** Line ends as `\n`. */
  readonly text: string;
}

/** The command that VS Code runs after it has inserted a whole completion; it is in no menu. */
export const acceptedCommand = 'lmEvolution.completion.accepted';

/** Knows which completion was shown last and which was accepted last, and counts both. */
export class AcceptanceTracker extends Disposable {
  #last: ShownCompletion | undefined;
  #accepted: ShownCompletion | undefined;
  #pending: PendingCompletion | undefined;
  /** The completions that the user can choose among, the first included. */
  #choices: readonly ShownCompletion[] = [];
  #isCountedInPart = false;

  constructor(private readonly statistics: StatisticsStore) {
    super();
    this.register(
      vscode.commands.registerCommand(acceptedCommand, () => {
        this.#countAccepted();
      }),
    );
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (this.#pending && document.uri.toString() === this.#pending.uri) {
          this.#follow(this.#pending, contentChanges);
        }
      }),
    );
  }

  /** The completion that was shown or accepted last. */
  get last(): ShownCompletion | undefined {
    return this.#last;
  }

  /** The completion that was accepted last, in whole or in part. It is seldom the last: the next is shown at once. */
  get accepted(): ShownCompletion | undefined {
    return this.#accepted;
  }

  /**
   * Notes the completions that are shown now; the first is on the screen. One that only continues along what was typed
   * is the same as before; the same text in another place, where the cache had it, is another one.
   */
  show(choices: readonly ShownCompletion[]): void {
    const [first] = choices;
    if (!first) {
      return;
    }
    const { suggestion, document, offset } = first;
    if (!this.#last || !isSame(this.#last, first)) {
      this.#last = first;
      this.#isCountedInPart = false;
      this.statistics.update(now => ({ ...now, shown: now.shown + 1 }));
    }
    this.#choices = choices;
    this.#pending = { uri: document.uri.toString(), offset, text: suggestion.text };
  }

  #countAccepted(): void {
    this.statistics.update(now => ({
      ...now,
      accepted: now.accepted + 1,
      // A completion that was accepted in part before is now accepted whole.
      acceptedInPart: now.acceptedInPart - (this.#isCountedInPart ? 1 : 0),
    }));
    this.#isCountedInPart = false;
  }

  /** Notes that a choice was inserted whole. Its earlier form, from before it was typed along, is kept if known. */
  #accept(choice: ShownCompletion): void {
    if (!this.#last || !isSame(this.#last, choice)) {
      this.#last = choice;
    }
    this.#accepted = this.#last;
    this.#pending = undefined;
  }

  #follow(
    pending: PendingCompletion,
    changes: readonly vscode.TextDocumentContentChangeEvent[],
  ): void {
    const [change] = changes;
    if (change === undefined) {
      return;
    }
    const typed = (this.#choices[0]?.suggestion.text.length ?? 0) - pending.text.length;
    const whole = this.#choices.find(({ suggestion }) => {
      const text = suggestion.text.slice(typed);
      return text !== '' && acceptedLength(changes, { ...pending, text }) === text.length;
    });
    if (whole) {
      this.#accept(whole); // The command that counts it follows.
      return;
    }
    const length = acceptedLength(changes, pending);
    if (length > 0 && !this.#isCountedInPart) {
      this.#isCountedInPart = true;
      this.#accepted = this.#last;
      this.statistics.update(now => ({ ...now, acceptedInPart: now.acceptedInPart + 1 }));
    }
    const isTyped = change.rangeOffset === pending.offset && pending.text.startsWith(change.text);
    this.#pending =
      isTyped || length > 0 ? remainderOf(pending, length || change.text.length) : undefined;
  }
}

/** Whether both begin at one place of a document and come from one request. */
const isSame = (a: ShownCompletion, b: ShownCompletion): boolean =>
  a.suggestion.request === b.suggestion.request &&
  a.document === b.document &&
  a.offset - a.suggestion.typedSince === b.offset - b.suggestion.typedSince;

/**
 * The length of the part of a completion that a change has inserted, in UTF-16 units; 0 if the change is another one.
 *
 * Only a part of more than one character counts: a single one is a key that happens to be the next of the text.
 */
export function acceptedLength(
  changes: readonly ContentChange[],
  { offset, text }: PendingCompletion,
): number {
  const [change] = changes;
  if (!change || changes.length > 1 || change.rangeOffset > offset) {
    return 0;
  }
  // If the list of suggestions was open, the text before the caret is replaced by itself and more.
  const lead = offset - change.rangeOffset;
  const isReplaced = change.rangeLength >= lead;
  const inserted = isReplaced ? change.text.replaceAll('\r\n', '\n').slice(lead) : '';
  return [...inserted].length > 1 && text.startsWith(inserted) ? inserted.length : 0;
}

/** The part that is left after some of it was typed or accepted; undefined if nothing is left. */
export function remainderOf(
  pending: PendingCompletion,
  length: number,
): PendingCompletion | undefined {
  return length < pending.text.length
    ? { ...pending, offset: pending.offset + length, text: pending.text.slice(length) }
    : undefined;
}
