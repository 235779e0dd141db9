/** Which models have run in this window, and which are in memory, within a budget. */
import * as vscode from 'vscode';
import { EventEmitter } from 'vscode';
import type { Setting } from '../settings/setting';
import { Disposable } from '../workbench/dispose';
import { holdersOverBudget, type MemoryUse, totalBytes } from './memoryBudget';
import type { ModelCatalog } from './modelCatalog';
import type { DeviceReport } from '../../common/protocol/engine/types';

/** The budget for all models in memory together, in bytes. The user writes MB, as `package.json` says. */
export const budgetSetting: Setting<number> = {
  name: 'memoryBudget',
  parse: written => 1e6 * (typeof written === 'number' && written >= 0 ? written : 1500),
};

/** The account of one holder of models: a page, or an engine of the host. */
export interface MemoryHolder {
  /** Reports that it was used just now. */
  used(): void;
  /** Reports the ids of the models that it holds now. */
  holds(modelIds: readonly string[]): void;
  dispose(): void;
}

interface Account extends MemoryUse<MemoryHolder> {
  readonly models: readonly string[];
  readonly release: () => void;
}

/**
 * Keeps account of all models in memory in this window, and asks the longest idle engines to release theirs when the
 * sum exceeds the budget. Models load again by themselves when they are needed.
 */
export class ModelMemory extends Disposable {
  readonly #accounts = new Map<MemoryHolder, Account>();
  readonly #changed = this.register(new EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  #clock = 0;

  /** @param budget in bytes, read at each check. */
  constructor(
    private readonly models: Pick<ModelCatalog, 'manifest'>,
    private readonly budget: () => number,
  ) {
    super();
  }

  /** The size of all models in memory, in bytes: that of their weights, which are float32 there. */
  get bytes(): number {
    return totalBytes([...this.#accounts.values()]);
  }

  /** The models of each holder that holds some. */
  get held(): readonly (readonly string[])[] {
    return [...this.#accounts.values()].flatMap(({ models }) =>
      models.length > 0 ? [models] : [],
    );
  }

  /**
   * Opens an account.
   *
   * @param release releases all models; if the holder is at work, as soon as that is done. `holds` reports the result.
   */
  join(release: () => void): MemoryHolder {
    const holder: MemoryHolder = {
      used: () => {
        this.#set(holder, { usedAt: ++this.#clock });
        this.keepBudget(); // Another holder may be the longest idle now.
      },
      holds: models => void this.#hold(holder, models),
      dispose: () => {
        this.#accounts.delete(holder);
        this.#changed.fire();
      },
    };
    this.#accounts.set(holder, { holder, release, models: [], bytes: 0, usedAt: ++this.#clock });
    return holder;
  }

  /** Asks holders to release memory while the sum exceeds the budget. Call it also when the budget has changed. */
  keepBudget(): void {
    for (const holder of holdersOverBudget([...this.#accounts.values()], this.budget())) {
      this.#accounts.get(holder)?.release();
    }
  }

  async #hold(holder: MemoryHolder, models: readonly string[]): Promise<void> {
    this.#set(holder, { models });
    const sizes = await Promise.all(
      models.map(async id => {
        const { parameters } = await this.models.manifest(id);
        return 4 * parameters;
      }),
    ).catch(() => []); // A model that cannot be read any more is not counted.
    if (this.#accounts.get(holder)?.models === models) {
      this.#set(holder, { bytes: sizes.reduce((sum, size) => sum + size, 0) });
      this.#changed.fire();
      this.keepBudget();
    }
  }

  #set(holder: MemoryHolder, changes: Partial<Account>): void {
    const account = this.#accounts.get(holder);
    if (account) {
      this.#accounts.set(holder, { ...account, ...changes });
    }
  }
}

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
