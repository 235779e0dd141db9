/** Which words a model that reads both sides is to fill in, what a fill makes of the text, and what it changes elsewhere. */
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { Token } from '../../src/common/protocol/engine/types';

/**
 * The tokens of the word at a place, or before it where no word is there.
 *
 * @param caret UTF-16 offset into the text.
 * @returns indices into the tokens; none of a text without a word.
 */
export function wordAt(tokens: readonly Token[], text: string, caret: number): readonly number[] {
  const words = tokens.filter(
    ({ isSpecial, start, end }) => !isSpecial && /[\p{L}\p{N}]/u.test(text.slice(start, end)),
  );
  const at =
    words.find(({ start, end }) => start <= caret && caret <= end) ??
    words.findLast(({ end }) => end <= caret) ??
    words[0];
  return tokens.flatMap((token, index) =>
    at && !token.isSpecial && token.word === at.word ? [index] : [],
  );
}

/** The text with a piece of the vocabulary in the place of a token; a piece that goes on in a word joins the one before. */
export function filledText(
  text: string,
  tokens: readonly Token[],
  index: number,
  piece: string,
): string {
  const token = tokens[index];
  if (!token) {
    return text;
  }
  const goesOn = piece.startsWith('##');
  const start = goesOn ? (tokens[index - 1]?.end ?? token.start) : token.start;
  return text.slice(0, start) + (goesOn ? piece.slice(2) : piece) + text.slice(token.end);
}

/** What a model gives the same place of a sentence before and after a fill: of a mask its best word, else the word itself. */
export interface PlaceChange {
  readonly index: number;
  readonly before: { readonly text: string; readonly probability: number };
  readonly after: { readonly text: string; readonly probability: number };
}

/** Most of the changes are too small to be read. */
const leastChange = 0.001;

/**
 * The places that a fill changed, the most changed first; none where the tokens are no longer the same in number.
 *
 * @param masked indices of the masks that are left.
 */
export function changesOf(
  before: Analysis,
  after: Analysis,
  filled: number,
  masked: readonly number[],
): readonly PlaceChange[] {
  if (before.source.length !== after.source.length) {
    return [];
  }
  const sizeOf = (change: PlaceChange) =>
    change.before.text === change.after.text
      ? Math.abs(change.after.probability - change.before.probability)
      : change.after.probability;
  return after.source
    .flatMap((token, index): readonly PlaceChange[] => {
      const best = (analysis: Analysis) => {
        const candidates = analysis.candidates[index] ?? [];
        return masked.includes(index)
          ? candidates[0]
          : candidates.find(({ id }) => id === token.id);
      };
      const [one, other] = [best(before), best(after)];
      return token.isSpecial || index === filled || !one || !other
        ? []
        : [{ index, before: one, after: other }];
    })
    .filter(change => sizeOf(change) >= leastChange)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}
