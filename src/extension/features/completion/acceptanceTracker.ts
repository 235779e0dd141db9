/** What was shown last, and whether it was taken. */

import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { DocumentCursorContext } from './cursorContextAt';
import type { StatisticsStore } from './statisticsPage';
import type { Suggestion } from './suggester';
import type { Change } from '../../subject/pieces';

/** A text that was offered: what is needed to say why. */
export interface ShownCompletion {
  readonly suggestion: Suggestion;
  readonly context: DocumentCursorContext;
  readonly document: vscode.TextDocument;
  /** UTF-16 offset in the document at which it begins. */
  readonly offset: number;
}

/** Runs when VS Code has put an offered text into its document; it is in no menu. */
export const acceptedCommand = 'lmEvolution.completion.accepted';

/** Knows what was offered last and whether it was taken, and counts both. */
export class AcceptanceTracker extends Disposable {
  #last: ShownCompletion | undefined;
  #taken: ShownCompletion | undefined;
  /** What of it may still be taken. */
  #onOffer: PendingCompletion | undefined;
  /** All that can be chosen among at the place of it, the first included. */
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
        if (this.#onOffer && document.uri.toString() === this.#onOffer.uri) {
          this.#follow(this.#onOffer, contentChanges);
        }
      }),
    );
  }

  /** Shown or taken last. */
  get last(): ShownCompletion | undefined {
    return this.#last;
  }

  /** Taken last, whole or in part. After it the next text is shown at once, so that it is seldom the last. */
  get taken(): ShownCompletion | undefined {
    return this.#taken;
  }

  /** Texts are on offer, the first of them before the person. One that only goes on along what was typed is the same as before. */
  show(choices: readonly ShownCompletion[]): void {
    const [first] = choices;
    if (!first) {
      return;
    }
    const { suggestion, document, offset } = first;
    if (this.#last?.suggestion.request !== suggestion.request) {
      this.#last = first;
      this.#isCountedInPart = false;
      this.statistics.update(now => ({ ...now, shown: now.shown + 1 }));
    }
    this.#choices = choices;
    this.#onOffer = { uri: document.uri.toString(), offset, text: suggestion.text };
  }

  #countAccepted(): void {
    this.statistics.update(now => ({
      ...now,
      accepted: now.accepted + 1,
      // What was taken in part before is taken whole now.
      acceptedInPart: now.acceptedInPart - (this.#isCountedInPart ? 1 : 0),
    }));
    this.#isCountedInPart = false;
  }

  /** One of the choices was put in whole. What is remembered of it already, from before it was typed along, is kept. */
  #take(chosen: ShownCompletion): void {
    if (chosen.suggestion.request !== this.#last?.suggestion.request) {
      this.#last = chosen;
    }
    this.#taken = this.#last;
    this.#onOffer = undefined;
  }

  #follow(
    onOffer: PendingCompletion,
    changes: readonly vscode.TextDocumentContentChangeEvent[],
  ): void {
    const [change] = changes;
    if (change === undefined) {
      return;
    }
    const typed = (this.#choices[0]?.suggestion.text.length ?? 0) - onOffer.text.length;
    const whole = this.#choices.find(({ suggestion }) => {
      const text = suggestion.text.slice(typed);
      return text !== '' && acceptedLength(changes, { ...onOffer, text }) === text.length;
    });
    if (whole) {
      this.#take(whole); // The command that counts it follows.
      return;
    }
    const taken = acceptedLength(changes, onOffer);
    if (taken > 0 && !this.#isCountedInPart) {
      this.#isCountedInPart = true;
      this.#taken = this.#last;
      this.statistics.update(now => ({ ...now, acceptedInPart: now.acceptedInPart + 1 }));
    }
    const isTyped = change.rangeOffset === onOffer.offset && onOffer.text.startsWith(change.text);
    this.#onOffer =
      isTyped || taken > 0 ? remainderOf(onOffer, taken || change.text.length) : undefined;
  }
}

/** A text that is on offer. */
export interface PendingCompletion {
  readonly uri: string;
  /** UTF-16 offset of the caret in the document, where the text begins. */
  readonly offset: number;
  /** Line ends as `\n`. */
  readonly text: string;
}

/**
 * How much of an offered text a change has put into its document, in UTF-16 units: 0 where it is something else.
 *
 * Only what is longer than one character counts: a single one is a key that happens to be the next of the text.
 */
export function acceptedLength(
  changes: readonly Change[],
  { offset, text }: PendingCompletion,
): number {
  const [change] = changes;
  if (!change || changes.length > 1 || change.rangeOffset > offset) {
    return 0;
  }
  // Where the list of suggestions was open, what stood before the caret is replaced by itself and more.
  const lead = offset - change.rangeOffset;
  const isReplaced = change.rangeLength >= lead;
  const put = isReplaced ? change.text.replaceAll('\r\n', '\n').slice(lead) : '';
  return [...put].length > 1 && text.startsWith(put) ? put.length : 0;
}

/** What is still on offer after something was typed or taken; undefined when nothing is left. */
export function remainderOf(
  offer: PendingCompletion,
  length: number,
): PendingCompletion | undefined {
  return length < offer.text.length
    ? { ...offer, offset: offer.offset + length, text: offer.text.slice(length) }
    : undefined;
}
