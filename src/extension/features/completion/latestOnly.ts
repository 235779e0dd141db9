/**
 * Runs one job at a time. A newer one ends the one that runs and waits until it has settled; of several that wait
 * only the newest is kept, and the others never start.
 */
export class NewestOnly {
  #running:
    { readonly controller: AbortController; readonly settled: Promise<unknown> } | undefined;
  #newest = 0;

  /** Nothing runs. */
  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /**
   * @returns undefined when it was given up for a newer one, or by its signal, before it began.
   * @throws what the job throws.
   */
  async run<T>(
    job: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const ticket = ++this.#newest;
    while (this.#running) {
      const { controller, settled } = this.#running;
      controller.abort();
      await settled;
      if (ticket !== this.#newest) {
        return undefined;
      }
    }
    if (signal?.aborted) {
      return undefined;
    }
    const controller = new AbortController();
    const onAbort = () => controller.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const work = job(controller.signal);
    const running = { controller, settled: work.catch(() => undefined) };
    this.#running = running;
    try {
      return await work;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // Before whoever waits for it looks.
      this.#running = undefined;
    }
  }

  /** Ends what runs and what waits. */
  cancel(): void {
    this.#newest++;
    this.#running?.controller.abort();
  }
}
