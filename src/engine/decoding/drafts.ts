/** How many tokens must stand as they stood before, the surer first; after one alone one is guessed. */
const matchLengths = [3, 2, 1] as const;
/**
 * On WebAssembly a run of two tokens takes 1.1 to 1.2 times as long as one of one, of three 1.3 to 1.6, of five 1.9
 * to 2.4, of eight 2.7 to 3.6 (gpt2 to smollm2, 190 tokens read before): a longer draft wins no more.
 */
const maxDraftTokens = 4;
/** Where nothing comes true of several drafts in a row, so many tokens at most are written without one. */
const maxPauseTokens = 32;

/**
 * Guesses what is written next, by prompt look-up: where the last tokens stood before, what followed them there. The
 * model reads a guess in one run and says how much of it it would have written itself.
 *
 * A guess that fails costs a part of a run, so its length follows what came true of the last ones, and where nothing
 * does there is none for a while.
 *
 * @see Leviathan et al., arXiv:2211.17192, section 2; Saxena, Prompt Lookup Decoding, 2023
 */
export class Drafts {
  #length = 1;
  #failures = 0;
  /** No draft before so many tokens stand. */
  #pausedUntil = 0;

  /**
   * @param seen all tokens, read and written.
   * @param most how many could be used.
   * @returns none where nothing is to be guessed.
   */
  propose(seen: readonly number[], most: number): readonly number[] {
    const length = Math.min(this.#length, most);
    if (length < 1 || seen.length < this.#pausedUntil) {
      return [];
    }
    for (const matchLength of matchLengths) {
      const end = lastOccurrence(seen, matchLength);
      if (end !== undefined) {
        return seen.slice(end, end + (matchLength === 1 ? 1 : length));
      }
    }
    return [];
  }

  /** Hears how much of the last draft came true, when `seen` tokens stand. */
  learn(drafted: number, accepted: number, seen: number): void {
    if (drafted === 0) {
      return;
    }
    if (accepted === 0) {
      this.#length = 1;
      const pause = this.#failures > 0 ? 2 ** this.#failures : 0;
      this.#failures++;
      this.#pausedUntil = seen + Math.min(pause, maxPauseTokens);
      return;
    }
    this.#failures = 0;
    this.#length = Math.min(maxDraftTokens, accepted + (accepted === drafted ? 1 : 0));
  }
}

/** Where what stood there ended the last time before that the last `length` tokens stood side by side. */
function lastOccurrence(seen: readonly number[], length: number): number | undefined {
  const start = seen.length - length;
  for (let before = start - 1; before >= 0; before--) {
    let matched = 0;
    while (matched < length && seen[before + matched] === seen[start + matched]) {
      matched++;
    }
    if (matched === length) {
      return before + length;
    }
  }
  return undefined;
}
