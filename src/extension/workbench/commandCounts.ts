import { commands, type Disposable } from 'vscode';
import type { ErrorReporter } from './errorReporter';

/** What has been done by commands: a step of the walkthrough ticks by it, and not when it was tried in vain. */
export class CommandCounts {
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

/** Registers commands by their ids: the failure of one is shown, and what was done is counted. */
export function registerCommands(
  table: Readonly<Record<string, (arg?: unknown) => unknown>>,
  reporter: ErrorReporter,
  keep: (command: Disposable) => unknown,
): CommandCounts {
  const counts = new CommandCounts();
  for (const [id, command] of Object.entries(table)) {
    const work = async (arg: unknown) => {
      await command(arg);
      counts.note(id);
    };
    keep(commands.registerCommand(id, (arg: unknown) => reporter.run(() => work(arg))));
  }
  return counts;
}
