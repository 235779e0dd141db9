/** How quick one suggestion was. */
export interface Time {
  /** From the end of the rest to the first token, in ms. */
  readonly firstTokenMs: number;
  /** 0 where only one was written. */
  readonly tokensPerSecond: number;
}

/** A suggestion that takes longer is rarely waited for, in ms. */
export const tooLongMs = 1500;
/** So many are looked at. */
const window = 5;
/** A suggestion as people see it, in tokens. */
const usualLength = 12;

/** How long a suggestion of usual length took, in ms. */
export const usualMs = ({ firstTokenMs, tokensPerSecond }: Time): number =>
  firstTokenMs + (tokensPerSecond > 0 ? (1000 * (usualLength - 1)) / tokensPerSecond : 0);

/**
 * Whether the machine is too slow to offer text unasked: the middle one of the last five took too long. One slow
 * suggestion says nothing: the first after another text reads all of it.
 *
 * @param times in ms, the oldest first.
 */
export function isTooSlow(times: readonly number[]): boolean {
  const last = times.slice(-window).toSorted((a, b) => a - b);
  return last.length === window && (last[Math.floor(window / 2)] ?? 0) > tooLongMs;
}

/** The latest times, with one more. */
export const withTime = (times: readonly number[], ms: number): readonly number[] =>
  Number.isFinite(ms) && ms >= 0 ? [...times, ms].slice(-window) : times;
