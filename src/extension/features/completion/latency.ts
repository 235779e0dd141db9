/** How long suggestions take, when a failure is tried again, and one job at a time. */

/** How quick one suggestion was. */
export interface Timing {
  /** From the end of the rest to the first token, in ms. */
  readonly firstTokenMs: number;
  /** 0 where only one was written. */
  readonly tokensPerSecond: number;
}

/** A suggestion that takes longer is rarely waited for, in ms. */
export const slowAfterMs = 1500;
/** So many are looked at. */
const window = 5;
/** A suggestion as people see it, in tokens. */
const usualLength = 12;

/** How long a suggestion of usual length took, in ms. */
export const typicalMs = ({ firstTokenMs, tokensPerSecond }: Timing): number =>
  firstTokenMs + (tokensPerSecond > 0 ? (1000 * (usualLength - 1)) / tokensPerSecond : 0);

/**
 * Whether the machine is too slow to offer text unasked: the middle one of the last five took too long. One slow
 * suggestion says nothing: the first after another text reads all of it.
 *
 * @param times in ms, the oldest first.
 */
export function isTooSlow(times: readonly number[]): boolean {
  const last = times.slice(-window).toSorted((a, b) => a - b);
  return last.length === window && (last[Math.floor(window / 2)] ?? 0) > slowAfterMs;
}

/** The latest times, with one more. */
export const withTiming = (times: readonly number[], ms: number): readonly number[] =>
  Number.isFinite(ms) && ms >= 0 ? [...times, ms].slice(-window) : times;

/** A failure that happens again and again is tried again less and less often; no wait is longer, in ms. */
const maxBackoffMs = 60_000;

/**
 * How long to wait after failures in a row before the next try, in ms: not at all after the first, because a
 * worker that was lost starts anew.
 */
export const backoffMs = (failures: number): number =>
  failures < 2 ? 0 : Math.min(maxBackoffMs, 1000 * 2 ** (failures - 1));

/**
 * Runs one job at a time. A newer one ends the one that runs and waits until it has settled; of several that wait
 * only the newest is kept, and the others never start.
 */
export class LatestOnly {
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
