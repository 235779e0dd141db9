/** Surprisal line by line: how many bits each line has, and which runs of lines are predictable. */
import { noSums, addSums, type Sums } from './scoredTokens';

/** A scored token, and the line on which its visible text begins. */
export interface LineToken {
  readonly line: number;
  readonly bits: number | undefined;
  readonly bytes: number;
}

/** Sums up tokens by line; a line without a scored token has no entry. */
export function sumsByLine(tokens: readonly LineToken[]): ReadonlyMap<number, Sums> {
  const lines = new Map<number, Sums>();
  for (const { line, bits, bytes } of tokens) {
    if (bits !== undefined) {
      lines.set(line, addSums(lines.get(line) ?? noSums, { bits, tokens: 1, bytes }));
    }
  }
  return lines;
}

/** Some lines, both ends included, counted from 0. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** A line of fewer bits per token is predictable: it has the surprisal of what is not painted. */
export const predictableBits = 2;
/** Fewer lines are not worth folding. */
const minFoldedLines = 3;

/**
 * Finds runs of predictable lines. Blank lines inside a run belong to it, and neither begin nor end one; a line that is
 * not scored ends it. The first line of a run stays in sight when it is folded.
 *
 * @param isBlank whether a line has only white space.
 */
export function predictableRuns(
  lines: ReadonlyMap<number, Sums>,
  lineCount: number,
  isBlank: (line: number) => boolean,
): readonly LineRange[] {
  const runs: LineRange[] = [];
  let run: { start: number; end: number } | undefined;
  const close = () => {
    if (run && run.end - run.start + 1 >= minFoldedLines) {
      runs.push(run);
    }
    run = undefined;
  };
  for (let line = 0; line < lineCount; line++) {
    if (isBlank(line)) {
      continue;
    }
    const sums = lines.get(line);
    if (sums && sums.bits / sums.tokens < predictableBits) {
      run ??= { start: line, end: line };
      run.end = line;
    } else {
      close();
    }
  }
  close();
  return runs;
}
