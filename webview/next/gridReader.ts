/** Asks the engine what each layer would say at each position, and which token a typed word is. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError } from '../../src/common/errors';
import type { LensColumn } from '../../src/common/protocol/engine/lens';
import { throttle, type Store } from '../common/store';
import { appendedIds } from './branches';
import { branchesOf, readSubject, type NextState, type SavedState } from './nextState';
import { spelled, type SpellingLoader } from './tokenLabels';
import { type Cell, type LayersState, watchedToken } from './lensGrid';

/** The engine follows no more. */
const maxWatched = 6;

/** Between two paintings of a grid that grows, in ms. */
const paintEveryMs = 100;

/** What a user can do with the grid. */
export interface LayersActions {
  toggle(): void;
  read(): void;
  cancel(): void;
  choose(cell: Cell): void;
  /** Watches the token of a typed word. */
  watchWord(typed: string): void;
  unwatch(id: number): void;
}

/** The text and the model that a grid is of. */
export function keyOf(saved: SavedState): string {
  const subject = readSubject(saved);
  return JSON.stringify([
    subject?.modelId,
    subject?.segments[0].text,
    appendedIds(branchesOf(saved)),
  ]);
}

export class GridReader {
  #controller: AbortController | undefined;

  constructor(
    private readonly store: Store<NextState>,
    private readonly client: () => EngineClient,
    private readonly spellings: Pick<SpellingLoader, 'spell'>,
  ) {}

  readonly actions: LayersActions = {
    toggle: () => {
      const { isOpen } = this.#state;
      this.#update({ isOpen: !isOpen });
      if (isOpen) {
        this.cancel();
      } else if (this.#state.grid?.key !== keyOf(this.store.state.saved)) {
        void this.read();
      }
    },
    read: () => void this.read(),
    cancel: () => this.cancel(),
    choose: cell => this.#update({ cell }),
    watchWord: typed => void this.#watchWord(typed),
    unwatch: id => {
      this.#update({ watched: this.#state.watched.filter(each => each.id !== id), note: '' });
    },
  };

  get #state(): LayersState {
    return this.store.state.layers;
  }

  #update(change: Partial<LayersState>): void {
    this.store.update({ layers: { ...this.#state, ...change } });
  }

  /** Ends what is being read; the columns that have come stay. */
  cancel(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    if (this.#state.isReading) {
      this.#update({ isReading: false });
    }
  }

  /** Never rejects: what goes wrong is in the state. */
  async read(): Promise<void> {
    const { saved } = this.store.state;
    const subject = readSubject(saved);
    if (!subject) {
      return;
    }
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    const { modelId, segments } = subject;
    const key = keyOf(saved);
    const { watched } = this.#state;
    const columns: LensColumn[] = [];
    const paint = throttle(paintEveryMs, (total: number) => {
      if (!signal.aborted && this.#state.isReading) {
        this.#update({ grid: { key, columns: [...columns], total, watched, whole: undefined } });
      }
    });
    this.#update({ isReading: true, error: undefined });
    try {
      const grid = await this.client().lens(
        {
          ...{ modelId, text: segments[0].text, appended: appendedIds(branchesOf(saved)) },
          watched: watched.map(({ id }) => id),
        },
        {
          signal,
          onColumn: ({ index, total, column }) => {
            if (keyOf(this.store.state.saved) !== key) {
              // The text was edited, or another is looked at: what is computed would be of what is gone.
              controller.abort();
              return;
            }
            columns[index] = column;
            void this.spellings.spell(modelId, idsOf(column));
            paint(total);
          },
        },
      );
      if (!signal.aborted) {
        void this.spellings.spell(modelId, [
          ...grid.columns.flatMap(idsOf),
          ...grid.source.map(({ id }) => id),
        ]);
        const shown = { key, columns: grid.columns, total: grid.columns.length, watched };
        this.#update({ grid: { ...shown, whole: grid }, isReading: false });
      }
    } catch (cause) {
      if (this.#controller === controller) {
        const error = signal.aborted ? undefined : asEngineError(cause);
        this.#update({ isReading: false, error });
      }
    }
  }

  async #watchWord(typed: string): Promise<void> {
    const { saved } = this.store.state;
    const modelId = saved.subject?.modelId;
    if (typed === '' || modelId === undefined) {
      return;
    }
    if (this.#state.watched.length >= maxWatched) {
      this.#update({ note: `No more than ${maxWatched} tokens are watched. Leave one out first.` });
      return;
    }
    try {
      const tokensOf = async (text: string) => {
        const { tokens } = await this.client().tokenize({ modelId, text });
        const ids = tokens.filter(({ isSpecial }) => !isSpecial).map(({ id }) => id);
        await this.spellings.spell(modelId, ids);
        return ids.map(id => ({ id, text: spelled(this.store.state.spellings, id).label }));
      };
      const spaced = /^\s/u.test(typed) ? [] : await tokensOf(` ${typed}`);
      const found = watchedToken(typed, spaced, await tokensOf(typed));
      if (!found) {
        this.#update({ note: `“${typed}” is no token of this model.` });
        return;
      }
      const { token, note } = found;
      const others = this.#state.watched.filter(({ id }) => id !== token.id);
      this.#update({ watched: [...others, token], note });
      await this.read();
    } catch (cause) {
      this.#update({ note: asEngineError(cause).message });
    }
  }
}

const idsOf = (column: LensColumn): readonly number[] => column.map(({ best }) => best.id);
