import { EventEmitter } from 'vscode';
import type { Setting } from '../settings/setting';
import { Disposable } from '../workbench/dispose';
import { overBudget, sumOf, type Holding } from './memoryBudget';
import type { Models } from './modelCatalog';

/** For all models in memory together, in bytes; the user writes MB, as in `package.json`. */
export const budgetSetting: Setting<number> = {
  name: 'memoryBudget',
  parse: written => 1e6 * (typeof written === 'number' && written >= 0 ? written : 1500),
};

/** One that holds models in memory: a page, or an engine of the host. */
export interface MemoryHolder {
  /** It was used just now. */
  used(): void;
  /** What it holds now, by id. */
  holds(modelIds: readonly string[]): void;
  dispose(): void;
}

interface Account extends Holding<MemoryHolder> {
  readonly models: readonly string[];
  readonly giveBack: () => void;
}

/**
 * Keeps account of the models in memory in this window, wherever they are, and asks the longest idle engines to give
 * theirs back when the sum passes the budget. They load again by themselves when they are needed.
 */
export class ModelMemory extends Disposable {
  readonly #accounts = new Map<MemoryHolder, Account>();
  readonly #changed = this.register(new EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  #clock = 0;

  /** @param budget in bytes, asked for each time. */
  constructor(
    private readonly models: Pick<Models, 'manifest'>,
    private readonly budget: () => number,
  ) {
    super();
  }

  /** Of all models in memory, in bytes: their weights, which are float32 there. */
  get bytes(): number {
    return sumOf([...this.#accounts.values()]);
  }

  /** The models of each that holds some. */
  get held(): readonly (readonly string[])[] {
    return [...this.#accounts.values()].flatMap(({ models }) =>
      models.length > 0 ? [models] : [],
    );
  }

  /** @param giveBack is asked to let go of all its models, at work as soon as that is done; `holds` tells that it has. */
  join(giveBack: () => void): MemoryHolder {
    const holder: MemoryHolder = {
      used: () => {
        this.#set(holder, { usedAt: ++this.#clock });
        this.keepBudget(); // Another one may be the longest idle now.
      },
      holds: models => void this.#hold(holder, models),
      dispose: () => {
        this.#accounts.delete(holder);
        this.#changed.fire();
      },
    };
    this.#accounts.set(holder, { holder, giveBack, models: [], bytes: 0, usedAt: ++this.#clock });
    return holder;
  }

  /** Asks whoever holds too much; also when the budget has changed. */
  keepBudget(): void {
    for (const holder of overBudget([...this.#accounts.values()], this.budget())) {
      this.#accounts.get(holder)?.giveBack();
    }
  }

  async #hold(holder: MemoryHolder, models: readonly string[]): Promise<void> {
    this.#set(holder, { models });
    const sizes = await Promise.all(
      models.map(async id => {
        const { parameters } = await this.models.manifest(id);
        return 4 * parameters;
      }),
    ).catch(() => []); // What cannot be read any more is not counted.
    if (this.#accounts.get(holder)?.models === models) {
      this.#set(holder, { bytes: sizes.reduce((sum, size) => sum + size, 0) });
      this.#changed.fire();
      this.keepBudget();
    }
  }

  #set(holder: MemoryHolder, news: Partial<Account>): void {
    const account = this.#accounts.get(holder);
    if (account) {
      this.#accounts.set(holder, { ...account, ...news });
    }
  }
}
