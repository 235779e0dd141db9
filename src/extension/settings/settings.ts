/** Reads and writes the extension's settings: the only place that touches VS Code's configuration. */
import * as vscode from 'vscode';
import { Disposable } from '../workbench/dispose';
import type { Setting } from './setting';

const section = 'lmEvolution';

/** A change of one or more settings of the extension. */
export interface SettingsChange {
  readonly affects: (setting: Setting<unknown>) => boolean;
}

/** The settings of the extension. */
export class Settings extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<SettingsChange>());
  /** Fires when any setting of the extension has changed. */
  readonly onDidChange = this.#changed.event;

  constructor() {
    super();
    this.register(
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration(section)) {
          this.#changed.fire({
            affects: ({ name }) => event.affectsConfiguration(`${section}.${name}`),
          });
        }
      }),
    );
  }

  readonly get = <T>({ name, parse }: Setting<T>): T =>
    parse(vscode.workspace.getConfiguration(section).get<unknown>(name));

  /** Writes a value for all windows, or for this workspace if that has a value of its own, which would win. */
  async set<T>({ name }: Setting<T>, value: T): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(section);
    const { workspaceValue } = configuration.inspect(name) ?? {};
    await configuration.update(
      name,
      value,
      workspaceValue === undefined
        ? vscode.ConfigurationTarget.Global
        : vscode.ConfigurationTarget.Workspace,
    );
  }
}
