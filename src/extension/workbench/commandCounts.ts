import { commands } from 'vscode';

/** What has been done by commands: a step of the walkthrough ticks by it, and not when it was tried in vain. */
export class Deeds {
  readonly #counts = new Map<string, number>();

  /** How often a command has done what it is for. */
  count(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  /** @param id `lmEvolution.showAttention`, whose context is `lmEvolution.did.showAttention`. */
  note(id: string): void {
    const count = this.count(id);
    this.#counts.set(id, count + 1);
    if (count === 0) {
      void commands.executeCommand('setContext', id.replace('.', '.did.'), true);
    }
  }
}
