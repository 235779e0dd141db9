/** The item in the status bar that shows the device of the last run. */
import * as vscode from 'vscode';
import { Disposable } from './dispose';
import { deviceNames, type DeviceReport } from '../../common/protocol/engine/types';

/** What the item shows of a run. */
export interface RunReport {
  readonly modelName: string;
  readonly device: DeviceReport;
  readonly tokenCount: number;
  /** In ms. */
  readonly runMs: number;
}

const { t } = vscode.l10n;

/** Shows which device ran last, how long the run took and why that device was used; a click chooses another. */
export class StatusItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem('lmEvolution.device', vscode.StatusBarAlignment.Right, 90),
  );

  constructor() {
    super();
    this.#item.name = t('Language model device');
    this.#item.command = 'lmEvolution.chooseDevice';
  }

  /** The text of the item, for tests. */
  get text(): string {
    return this.#item.text;
  }

  show({ modelName, device, tokenCount, runMs }: RunReport): void {
    const name = deviceNames[device.device];
    const time =
      runMs < 1000
        ? t('{0} ms', Math.max(1, Math.round(runMs)))
        : t('{0} s', (runMs / 1000).toFixed(1));
    this.#item.text = `$(chip) ${name} · ${time}`;
    this.#item.tooltip = [
      `${modelName}: ${t('{0} tokens in {1} on {2}', tokenCount, time, name)}`,
      device.reason,
      t('Click to choose the device.'),
    ].join('\n');
    this.#item.accessibilityInformation = {
      label: t('{0} ran on {1} in {2}: {3}', modelName, name, time, device.reason),
      role: 'button',
    };
    this.#item.show();
  }
}
