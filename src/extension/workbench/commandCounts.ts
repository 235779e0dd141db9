/** Registers commands, and counts those that succeeded, for the walkthrough. */
import { commands, type Disposable } from 'vscode';
import type { ErrorReporter } from './errorReporter';

/** Counts the commands that succeeded. A step of the walkthrough is checked off when its command has, not when it failed. */
export class CommandCounts {
  readonly #counts = new Map<string, number>();

  /** The number of times that a command has succeeded. */
  count(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  /** @param id for example `lmEvolution.showAttention`, whose context key is `lmEvolution.did.showAttention`. */
  increment(id: string): void {
    const count = this.count(id);
    this.#counts.set(id, count + 1);
    if (count === 0) {
      void commands.executeCommand('setContext', id.replace('.', '.did.'), true);
    }
  }
}

/** Registers commands by their ids. A failure is shown, and a success is counted. */
export function registerCommands(
  table: Readonly<Record<string, (arg?: unknown) => unknown>>,
  reporter: ErrorReporter,
  keep: (command: Disposable) => unknown,
): CommandCounts {
  const counts = new CommandCounts();
  for (const [id, command] of Object.entries(table)) {
    const work = async (arg: unknown) => {
      await command(arg);
      counts.increment(id);
    };
    keep(commands.registerCommand(id, (arg: unknown) => reporter.run(() => work(arg))));
  }
  return counts;
}
