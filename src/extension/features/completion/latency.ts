/** Timing of suggestions: when a machine is too slow, when a failure is tried again, and which job runs. */

/** How quick one suggestion was. */
export interface Timing {
  /** From the end of the delay to the first token, in ms. */
  readonly firstTokenMs: number;
  /** 0 if only one token was generated. */
  readonly tokensPerSecond: number;
}

/** A suggestion that takes longer is rarely waited for, in ms. */
export const slowAfterMs = 1500;
/** Number of recent timings considered. */
const recentCount = 5;
/** Length of a typical suggestion, in tokens. */
const typicalLength = 12;

/** How long a suggestion of typical length took, in ms. */
export const typicalMs = ({ firstTokenMs, tokensPerSecond }: Timing): number =>
  firstTokenMs + (tokensPerSecond > 0 ? (1000 * (typicalLength - 1)) / tokensPerSecond : 0);

/**
 * Whether the machine is too slow to offer text unasked: the median of the last five timings is too long. One slow
 * suggestion means nothing, because the first one after another text has to read all of it.
 *
 * @param times in ms, the oldest first.
 */
export function isTooSlow(times: readonly number[]): boolean {
  const recent = times.slice(-recentCount).toSorted((a, b) => a - b);
  return recent.length === recentCount && (recent[Math.floor(recentCount / 2)] ?? 0) > slowAfterMs;
}

/** The recent times, with one more. */
export const withTiming = (times: readonly number[], ms: number): readonly number[] =>
  Number.isFinite(ms) && ms >= 0 ? [...times, ms].slice(-recentCount) : times;

/** The longest wait before another attempt, in ms. */
const maxBackoffMs = 60_000;

/**
 * How long to wait after failures in a row before the next attempt, in ms. It is 0 after the first, because a worker
 * that was lost is started again.
 */
export const backoffMs = (failures: number): number =>
  failures < 2 ? 0 : Math.min(maxBackoffMs, 1000 * 2 ** (failures - 1));

/**
 * Runs one job at a time. A newer job aborts the one that runs and waits until it has settled; of several that wait
 * only the newest is kept, and the others never start.
 */
export class LatestOnly {
  #running:
    { readonly controller: AbortController; readonly settled: Promise<unknown> } | undefined;
  #newest = 0;

  /** Whether nothing runs. */
  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /**
   * @returns undefined if the job was given up for a newer one, or by its signal, before it began.
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
      // Cleared before the jobs that wait for it continue.
      this.#running = undefined;
    }
  }

  /** Aborts the job that runs, and drops those that wait. */
  cancel(): void {
    this.#newest++;
    this.#running?.controller.abort();
  }
}
