import { median } from './sideBySide';

/** Writes on from a prompt, the most probable token each time, and tells of each token as it comes. */
export interface Writer {
  write(prompt: string, count: number, onToken: () => void): Promise<void>;
}

/** Medians in ms: of a token that is read, and of one that is written after the first. */
export interface Pace {
  readonly read: number;
  readonly written: number;
}

/**
 * Has each write in turn, so that what else the machine does falls on all alike. What counts is tokens that are there,
 * however many runs they took.
 *
 * @param prompt makes one for each round that begins otherwise: nothing of the last can be used again.
 * @param promptTokens how many tokens it has.
 */
export async function paces<Name extends string>(
  writers: Readonly<Record<Name, Writer>>,
  prompt: (round: number) => string,
  promptTokens: number,
  count: number,
  rounds: number,
): Promise<Readonly<Record<Name, Pace>>> {
  const all = Object.entries<Writer>(writers).map(([name, writer]) => ({
    ...{ name, writer, read: [] as number[], written: [] as number[] },
  }));
  // The first round does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, writer, read, written } of all) {
      const times: number[] = [];
      const started = performance.now();
      await writer.write(prompt(round), count, () => times.push(performance.now()));
      if (times.length < count / 2) {
        throw new Error(`${name} wrote ${times.length} tokens, not ${count}`);
      }
      const [first = NaN, last = NaN] = [times[0], times.at(-1)];
      if (round > 0) {
        read.push((first - started) / promptTokens);
        written.push((last - first) / (times.length - 1));
      }
    }
  }
  return Object.fromEntries(
    all.map(({ name, read, written }) => [name, { read: median(read), written: median(written) }]),
  ) as Record<Name, Pace>; // The names that were given.
}
