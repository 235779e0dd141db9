/** Says quietly that something was done whose result is not on the screen. */
import * as vscode from 'vscode';

/** How long a message stays, in ms. */
const shownMs = 5000;

/** Messages in the status bar: they take no click and go by themselves. */
export class DoneMessages {
  #last: string | undefined;

  /** The message that was shown last, for tests. */
  get last(): string | undefined {
    return this.#last;
  }

  show(words: string): void {
    this.#last = words;
    vscode.window.setStatusBarMessage(words, shownMs);
  }
}
