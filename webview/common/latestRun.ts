import { EngineError } from '../../src/common/errors';
import type { Store } from './store';
import { longMs, slowMs, type Work } from './progress';

/** Of a page's state, what a run changes while it lasts. */
export interface RunState {
  readonly work: Work | undefined;
  readonly error: EngineError | undefined;
}

/** What a page runs, one thing at a time: a newer one ends the older, whose answer can then change nothing. */
export class OneRun {
  #controller: AbortController | undefined;

  constructor(private readonly store: Store<RunState>) {}

  /**
   * Ends the older one and begins.
   *
   * @param words what is happening: "Running BERT".
   * @returns aborted when a newer one begins or the person cancels
   */
  begin(words: string): AbortSignal {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    this.store.update({ error: undefined, work: { words, isSlow: false, isLong: false } });
    const timers = [
      setTimeout(() => this.tell({ isSlow: true }), slowMs),
      setTimeout(() => this.tell({ isLong: true }), longMs),
    ];
    signal.addEventListener('abort', () => timers.forEach(clearTimeout));
    return signal;
  }

  /** Says more of what is happening, while something is. */
  tell(news: Partial<Work>): void {
    const { work } = this.store.state;
    if (work) {
      this.store.update({ work: { ...work, ...news } });
    }
  }

  /** Ends the run; its place says so. */
  cancel(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.store.update({
      work: undefined,
      error: new EngineError('cancelled', 'cancelled by the person'),
    });
  }
}
