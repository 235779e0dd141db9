/** How often a part must stand at the end, and how many tokens that must be together. */
const leastCopies = 3;
const leastTokens = 24;

/**
 * Whether a text is caught in a loop: it ends in one part, however long, that stands there at least three times in a
 * row and for at least 24 tokens.
 *
 * A model that has said the same three times finds a fourth more probable each time, and does not get out by itself.
 * What people repeat is shorter: "no no no", a line of dashes, the indentation of code.
 *
 * @see Holtzman et al., arXiv:1904.09751, section 3.2 and figure 4; Xu et al., arXiv:2206.02369, section 2
 */
export function endsInLoop(tokens: readonly number[]): boolean {
  const longest = Math.floor(tokens.length / leastCopies);
  for (let period = 1; period <= longest; period++) {
    const needed = Math.max(leastTokens, leastCopies * period);
    if (needed <= tokens.length && isPeriodic(tokens, tokens.length - needed, period)) {
      return true;
    }
  }
  return false;
}

/** Whether every token from `start` on is the one `period` before it. */
function isPeriodic(tokens: readonly number[], start: number, period: number): boolean {
  for (let index = tokens.length - 1; index >= start + period; index--) {
    if (tokens[index] !== tokens[index - period]) {
      return false;
    }
  }
  return true;
}
