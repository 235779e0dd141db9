/** Drafts of the next tokens, which a model reads in one run. */

/** Numbers of tokens that must match an earlier place, the surer first; after a match of one, one token is guessed. */
const matchLengths = [3, 2, 1] as const;
/**
 * On WebAssembly a run of two tokens takes 1.1 to 1.2 times as long as one of one, of three 1.3 to 1.6, of five 1.9
 * to 2.4, of eight 2.7 to 3.6 (gpt2 to smollm2, 190 tokens read before): a longer draft wins no more.
 */
const maxDraftTokens = 4;
/** Largest number of tokens without a draft, after several drafts in a row of which nothing came true. */
const maxPauseTokens = 32;

/**
 * Guesses the next tokens by prompt look-up: what followed the last tokens at an earlier place. The model reads a guess
 * in one run, which shows how much of it the model would have written itself.
 *
 * A guess that fails costs a part of a run, so its length follows what came true of the last ones, and after failures
 * there is none for a while.
 *
 * @see Leviathan et al., arXiv:2211.17192, section 2; Saxena, Prompt Lookup Decoding, 2023
 */
export class Drafts {
  #length = 1;
  #failures = 0;
  /** There is no draft before this number of tokens. */
  #pausedUntil = 0;

  /**
   * @param seen all tokens, read and written.
   * @param max how many could be used.
   * @returns an empty list if there is no guess.
   */
  propose(seen: readonly number[], max: number): readonly number[] {
    const length = Math.min(this.#length, max);
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

  /** Learns how much of the last draft came true. @param seen number of all tokens. */
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

/** The end of the last earlier place where the last `length` tokens occur; undefined if there is none. */
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
