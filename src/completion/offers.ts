import * as vscode from 'vscode';
import { Disposable } from '../dispose';
import { restOf, takenBy, type OnOffer } from './acceptance';
import type { DocumentPlace } from './placeAt';
import type { StatisticsStore } from './statisticsStore';
import type { Suggestion } from './suggester';

/** A text that was offered: what is needed to say why. */
export interface Offered {
  readonly suggestion: Suggestion;
  readonly place: DocumentPlace;
  readonly document: vscode.TextDocument;
  /** UTF-16 offset in the document at which it begins. */
  readonly offset: number;
}

/** Runs when VS Code has put an offered text into its document; it is in no menu. */
export const acceptedCommand = 'lmEvolution.completion.accepted';

/** Knows what was offered last and whether it was taken, and counts both. */
export class Offers extends Disposable {
  #last: Offered | undefined;
  /** What of it may still be taken. */
  #onOffer: OnOffer | undefined;
  #isCountedInPart = false;

  constructor(private readonly statistics: StatisticsStore) {
    super();
    this.register(
      vscode.commands.registerCommand(acceptedCommand, (offered: unknown) => {
        this.#accept(offered);
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
  get last(): Offered | undefined {
    return this.#last;
  }

  /** A text is on offer. One that only goes on along what was typed is the same as before. */
  show(offered: Offered): void {
    const { suggestion, document, offset } = offered;
    if (this.#last?.suggestion.request !== suggestion.request) {
      this.#last = offered;
      this.#isCountedInPart = false;
      this.statistics.update(now => ({ ...now, shown: now.shown + 1 }));
    }
    this.#onOffer = { uri: document.uri.toString(), offset, text: suggestion.text };
  }

  /** For one of several that were offered together. */
  #accept(offered: unknown): void {
    const chosen = offered as Offered | undefined; // We gave it to the item's command ourselves.
    if (chosen) {
      this.#last =
        chosen.suggestion.request === this.#last?.suggestion.request ? this.#last : chosen;
    }
    this.#onOffer = undefined;
    this.statistics.update(now => ({
      ...now,
      accepted: now.accepted + 1,
      // What was taken in part before is taken whole now.
      acceptedInPart: now.acceptedInPart - (this.#isCountedInPart ? 1 : 0),
    }));
    this.#isCountedInPart = false;
  }

  #follow(onOffer: OnOffer, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const [change] = changes;
    if (change === undefined) {
      return;
    }
    const taken = takenBy(changes, onOffer);
    if (taken === onOffer.text.length) {
      return; // Its command follows.
    }
    if (taken > 0 && !this.#isCountedInPart) {
      this.#isCountedInPart = true;
      this.statistics.update(now => ({ ...now, acceptedInPart: now.acceptedInPart + 1 }));
    }
    const isTyped = change.rangeOffset === onOffer.offset && onOffer.text.startsWith(change.text);
    this.#onOffer = isTyped || taken > 0 ? restOf(onOffer, taken || change.text.length) : undefined;
  }
}
