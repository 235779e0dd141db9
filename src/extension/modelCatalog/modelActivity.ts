/** Keeps which models have run in this window. */
import { Disposable } from '../workbench/dispose';
import * as vscode from 'vscode';
import type { DeviceReport } from '../../common/protocol/engine/types';

/** The last run of a model in this window. */
export interface ModelRun {
  readonly device: DeviceReport;
  /** Duration in ms. */
  readonly runMs: number;
}

/** Keeps the last run of each model, on pages and in the host. */
export class ModelActivity extends Disposable {
  readonly #runs = new Map<string, ModelRun>();
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;

  record(modelId: string, run: ModelRun): void {
    this.#runs.set(modelId, run);
    this.#changed.fire();
  }

  last(modelId: string): ModelRun | undefined {
    return this.#runs.get(modelId);
  }
}
