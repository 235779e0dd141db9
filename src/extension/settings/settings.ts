import * as vscode from 'vscode';
import { completionOptions, type CompletionOptions } from '../features/completion/options';
import { Disposable } from '../workbench/dispose';
import type { DevicePreference } from '../../common/protocol/engine/types';
import type { PageSettings } from '../../common/protocol/pages/page';
import { surprisalOptions, type SurprisalOptions } from '../features/surprisal/options';

const section = 'lmEvolution';
/** The first is the default, as in `package.json`. */
const devices = ['auto', 'webgpu', 'wasm'] as const satisfies readonly DevicePreference[];
const scales = ['sqrt', 'linear'] as const satisfies readonly PageSettings['scale'][];

/** In MB, as in `package.json`. */
const usualBudget = 1500;

/** Our settings, typed; a value that is none of the allowed ones counts as the default. */
export class Settings extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<PageSettings>());
  readonly onDidChange = this.#changed.event;

  constructor() {
    super();
    this.register(
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration(section)) {
          this.#changed.fire(this.current);
        }
      }),
    );
  }

  get current(): PageSettings {
    return {
      device: this.#read('device', devices),
      scale: this.#read('attention.scale', scales),
    };
  }

  /** As it was set; `engineThreads` makes a number of it. */
  get threads(): unknown {
    return vscode.workspace.getConfiguration(section).get<unknown>('threads');
  }

  /** For all models in memory together, in bytes. */
  get memoryBudget(): number {
    const megabytes = vscode.workspace.getConfiguration(section).get<unknown>('memoryBudget');
    return 1e6 * (typeof megabytes === 'number' && megabytes >= 0 ? megabytes : usualBudget);
  }

  get surprisal(): SurprisalOptions {
    const configuration = vscode.workspace.getConfiguration(section);
    return surprisalOptions({
      model: configuration.get<unknown>('surprisal.model'),
      hints: configuration.get<unknown>('surprisal.hints'),
    });
  }

  get completion(): CompletionOptions {
    const read = (name: string) =>
      vscode.workspace.getConfiguration(section).get<unknown>(`completion.${name}`);
    return completionOptions({
      enabled: read('enabled'),
      model: read('model'),
      when: read('when'),
      languages: read('languages'),
      delay: read('pauseBeforeAsking'),
      length: read('longestSuggestion'),
      evenWhenSlow: read('evenWhenSlow'),
    });
  }

  /** Written for all windows, or for this workspace where it has a value of its own, which would win. */
  async setCompletion<K extends Exclude<keyof CompletionOptions, 'delay' | 'length'>>(
    name: K,
    value: CompletionOptions[K],
  ): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(section);
    const { workspaceValue } = configuration.inspect(`completion.${name}`) ?? {};
    await configuration.update(
      `completion.${name}`,
      value,
      workspaceValue === undefined
        ? vscode.ConfigurationTarget.Global
        : vscode.ConfigurationTarget.Workspace,
    );
  }

  /** Written for all windows: a device is a matter of the machine. */
  async setDevice(device: DevicePreference): Promise<void> {
    await this.#write('device', device);
  }

  async setScale(scale: PageSettings['scale']): Promise<void> {
    await this.#write('attention.scale', scale);
  }

  #read<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = vscode.workspace.getConfiguration(section).get<unknown>(name);
    return allowed.find(one => one === value) ?? allowed[0];
  }

  async #write(name: string, value: string): Promise<void> {
    await vscode.workspace
      .getConfiguration(section)
      .update(name, value, vscode.ConfigurationTarget.Global);
  }
}
