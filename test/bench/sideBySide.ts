export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Times two things in turn, so that what else the machine does falls on both alike.
 * @returns medians in ms, after two rounds that do not count.
 */
export async function sideBySide(
  rounds: number,
  a: () => Promise<unknown>,
  b: () => Promise<unknown>,
): Promise<readonly [a: number, b: number]> {
  const times: readonly [number[], number[]] = [[], []];
  for (let round = -2; round < rounds; round++) {
    for (const [index, run] of [a, b].entries()) {
      const started = performance.now();
      await run();
      if (round >= 0) {
        times[index]?.push(performance.now() - started);
      }
    }
  }
  return [median(times[0]), median(times[1])];
}
