import { asEngineError, type EngineError } from '../../../src/common/errors';
import type { PartState } from '../../../src/common/protocol/pages/stage';
import { OneRun } from '../../common/latestRun';
import { createStore, type Store } from '../../common/store';
import type { Work } from '../../common/progress';

/** Of a live part's state, what every part has that runs something. */
export interface RunningState {
  readonly work: Work | undefined;
  readonly error: EngineError | undefined;
}

export const atRest: RunningState = { work: undefined, error: undefined };

/** @param isMissing whether there is no model for it. @param isShown whether there is something to see. */
export const stateOf = (
  { work, error }: RunningState,
  isMissing: boolean,
  isShown: boolean,
): PartState =>
  isMissing ? 'missing' : work ? 'running' : error ? 'error' : isShown ? 'ready' : 'idle';

/** The state of a live part, and what it runs: one thing at a time, to its result, its failure or its end. */
export class PartStore<S extends RunningState> implements Store<S> {
  readonly #store: Store<S>;
  readonly #run: OneRun;

  /** @param onChange hears of every change, after it. */
  constructor(initial: S, onChange: () => void) {
    this.#store = createStore(initial, onChange);
    this.#run = new OneRun(this.#store);
  }

  get state(): S {
    return this.#store.state;
  }

  update(change: Partial<S>): void {
    this.#store.update(change);
  }

  /**
   * Ends what runs and begins anew; an ended run changes nothing any more.
   *
   * @param words what is happening: "Translating".
   * @param job gives what is to change when all is done. Where it changes the state on its way, it asks first whether
   *   it was ended: `signal.throwIfAborted()`.
   * @param onFailure what is to change where it fails, besides the error.
   */
  async run(
    words: string,
    job: (signal: AbortSignal) => Promise<Partial<S>>,
    onFailure: Partial<S> = {},
  ): Promise<void> {
    const signal = this.#run.begin(words);
    let end: Partial<S>;
    try {
      end = { ...(await job(signal)), work: undefined };
    } catch (cause) {
      end = { ...onFailure, work: undefined, error: asEngineError(cause) };
    }
    if (!signal.aborted) {
      this.update(end);
    }
  }

  /** Says more of what is happening, while something is. */
  tell(news: Partial<Work>): void {
    this.#run.tell(news);
  }

  /** Ends what runs; the person has asked for it, so that nothing is said of it. */
  cancel(): void {
    this.#run.cancel();
    const store: Store<RunningState> = this.#store;
    store.update({ error: undefined });
  }
}
