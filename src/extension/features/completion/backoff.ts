/** A failure that happens again and again is tried again less and less often; no wait is longer, in ms. */
const longestWaitMs = 60_000;

/**
 * How long to wait after failures in a row before the next try, in ms: not at all after the first, because a
 * worker that was lost starts anew.
 */
export const waitAfter = (failures: number): number =>
  failures < 2 ? 0 : Math.min(longestWaitMs, 1000 * 2 ** (failures - 1));
