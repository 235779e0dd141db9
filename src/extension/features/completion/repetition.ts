import { restOfLine, startOfLine, type Place } from './cursorContext';

/** Shorter lines are alike by chance: brackets, `end`, `else`. In UTF-16 units. */
const minTelling = 4;
/** So many lines above and below the caret are its neighbourhood. */
const neighbourhood = 8;
/** Lines that have so much in common say the same (Dice's coefficient of their trigrams); chosen on the bench. */
const maxSimilarity = 0.85;
/** Of a shorter line, one that is changed on purpose (`x = 1`, `y = 1`) has nearly all in common with its neighbour. */
const minCompared = 16;
/** So many words in a row that were said already are a repetition. */
const phraseLength = 3;

/**
 * A text without the lines that follow in the document already, from the first of these on. How it meets the rest of
 * its line, and a bracket that follows, is told by `fit`.
 */
export function withoutFollowing(text: string, after: string): string {
  const following = after
    .slice(restOfLine(after).length)
    .split('\n')
    .map(line => line.trim());
  const isFollowing = (line: string) => {
    const told = line.trim();
    return told.length >= minTelling && following.includes(told);
  };
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => index > 0 && isFollowing(line));
  return (end < 0 ? lines : lines.slice(0, end)).join('\n').trimEnd();
}

/** A text without an end with which the rest of the line begins: the longest such end of words. */
export function withoutRest(text: string, after: string): string {
  const rest = restOfLine(after).trimEnd();
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    const end = text.slice(-length);
    if (/[\p{L}\p{N}]/u.test(end) && rest.startsWith(end)) {
      return text.slice(0, -length);
    }
  }
  return text;
}

/**
 * Whether the line that a text makes says again what a line around it says: the same, or nearly.
 *
 * @param rest of the line, behind the text.
 */
export function repeatsNeighbour(text: string, { before, after }: Place, rest: string): boolean {
  const start = startOfLine(before);
  const [first = '', ...others] = text.split('\n');
  const line = (start + first + (others.length === 0 ? rest : '')).trim();
  if (line.length < minTelling || first.trim().length < minTelling) {
    return false;
  }
  const above = before
    .slice(0, before.length - start.length)
    .split('\n')
    .slice(-neighbourhood);
  const below = after.slice(restOfLine(after).length).split('\n').slice(0, neighbourhood);
  const neighbours = [...above, ...below].map(one => one.trim()).filter(one => one !== '');
  return neighbours.some(
    one =>
      one === line ||
      (Math.min(one.length, line.length) >= minCompared && similarity(one, line) >= maxSimilarity),
  );
}

/** Dice's coefficient of the trigrams of two texts: 1 for the same, 0 where none is shared. */
export function similarity(a: string, b: string): number {
  const [first, second] = [trigrams(a), trigrams(b)];
  let shared = 0;
  for (const [gram, count] of first) {
    shared += Math.min(count, second.get(gram) ?? 0);
  }
  const total = [...first.values(), ...second.values()].reduce((sum, count) => sum + count, 0);
  return total === 0 ? 0 : (2 * shared) / total;
}

function trigrams(text: string): Map<string, number> {
  const grams = new Map<string, number>();
  for (let index = 0; index + 3 <= text.length; index++) {
    const gram = text.slice(index, index + 3);
    grams.set(gram, (grams.get(gram) ?? 0) + 1);
  }
  return grams;
}

/** Prose up to where it begins to say the same three words again that it, or the text before it, has said. */
export function withoutPhraseTwice(text: string, before: string): string {
  const said = new Set<string>();
  const wordsBefore = before.slice(-400).match(/[\p{L}\p{N}'’]+/gu) ?? [];
  const words = [...text.matchAll(/[\p{L}\p{N}'’]+/gu)];
  const all = [...wordsBefore, ...words.map(([word]) => word)].map(word => word.toLowerCase());
  for (let end = phraseLength; end <= all.length; end++) {
    const phrase = all.slice(end - phraseLength, end).join(' ');
    const first = words[end - phraseLength - wordsBefore.length];
    if (said.has(phrase) && first && end - phraseLength >= wordsBefore.length) {
      return text.slice(0, first.index).trimEnd();
    }
    said.add(phrase);
  }
  return text;
}

/** Whether a text says the same words three times in a row; zeros in a table are no words. */
export const isLoop = (text: string): boolean =>
  Array.from(`${text} `.matchAll(/(\S.{1,60}?)\1\1/gsu)).some(([, unit = '']) =>
    /\p{L}{2}/u.test(unit),
  );

/**
 * A line of code up to where it says again what it, or the line before the caret, has just said: words and signs
 * alike, one directly after the other.
 *
 * @param start of the line, before the caret.
 */
export function withoutUnitTwice(text: string, start: string): string {
  const [line = ''] = text.split('\n');
  const whole = start + line;
  for (const { 1: unit = '', index } of whole.matchAll(/(?=(\S.{10,60}?)\1)/gu)) {
    const again = index + unit.length - start.length;
    if (again > 0 && (unit.match(/\p{L}{3}/gu)?.length ?? 0) >= 2) {
      return text.slice(0, again);
    }
  }
  return text;
}
