/** The state of something that runs models, and what it runs: one thing at a time. */
import { asEngineError, EngineError } from '../../src/common/errors';
import { longMs, slowMs, type Work } from './progress';
import type { Store } from './store';

/** What a run changes of the state while it lasts. */
export interface RunState {
  readonly work: Work | undefined;
  readonly error: EngineError | undefined;
}

/**
 * State, and one run at a time, to its result, its failure or its end. A newer run ends the older, whose answer can then
 * change nothing.
 */
export class RunStore<S extends RunState> implements Store<S> {
  #state: S;
  #controller: AbortController | undefined;

  /**
   * @param onChange is called after every change.
   * @param onFailure is called after a run has failed.
   */
  constructor(
    initial: S,
    private readonly onChange: () => void,
    private readonly onFailure: (error: EngineError) => void = () => undefined,
  ) {
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  update(change: Partial<S>): void {
    this.#state = { ...this.#state, ...change };
    this.onChange();
  }

  /**
   * Ends what runs and begins anew. It never rejects: what goes wrong is in the state.
   *
   * @param words what is happening: "Running BERT".
   * @param job gives what is to change when all is done. Where it changes the state on its way, it asks first whether it
   *   was ended: `signal.throwIfAborted()`.
   * @param change what is to change where it fails, besides the error.
   * @returns where it came to its end, the signal that the next run aborts; else undefined.
   */
  async run(
    words: string,
    job: (signal: AbortSignal) => Promise<Partial<S>>,
    change: Partial<S> = {},
  ): Promise<AbortSignal | undefined> {
    const signal = this.#begin(words);
    try {
      const end = await job(signal);
      if (!signal.aborted) {
        this.update({ ...end, work: undefined });
        return signal;
      }
    } catch (cause) {
      if (!signal.aborted) {
        const error = asEngineError(cause);
        this.update({ ...change, work: undefined, error });
        this.onFailure(error);
      }
    }
    return undefined;
  }

  /** Says more of what is happening, while something is. */
  tell(news: Partial<Work>): void {
    const { work } = this.#state;
    if (work) {
      this.change({ work: { ...work, ...news } });
    }
  }

  /** Ends what runs; its place says so. */
  cancel(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.change({
      work: undefined,
      error: new EngineError('cancelled', 'cancelled by the user'),
    });
  }

  #begin(words: string): AbortSignal {
    this.#controller?.abort();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.change({ error: undefined, work: { words, isSlow: false, isLong: false } });
    const timers = [
      setTimeout(() => this.tell({ isSlow: true }), slowMs),
      setTimeout(() => this.tell({ isLong: true }), longMs),
    ];
    signal.addEventListener('abort', () => timers.forEach(clearTimeout));
    return signal;
  }

  /** Changes what every such state has. */
  protected change(change: Partial<RunState>): void {
    updateRun(this, change);
  }
}

const updateRun = (store: Store<RunState>, change: Partial<RunState>) => store.update(change);
