/** Reads capitals as small letters: no sentence that a translator was trained on is in capitals. */

/** A sentence with what ends it. */
const sentences = /[^.!?…]+[.!?…]*/gu;
const wordOfLetters = /\p{L}{2,}/gu;
/** The one English word that is always a capital. */
const me = /(?<!\p{L})i(?!\p{L})/gu;

/** A part of a text that is in capitals, in UTF-16 units, and what is read in its place. */
export interface LoweredSpan {
  readonly start: number;
  readonly end: number;
  readonly readAs: string;
}

/**
 * Finds where a text, or a sentence of it, is in capitals: two words or more without a small letter. What is read in its
 * place has the same length, so that offsets stay valid. A name loses its capital with the rest.
 */
export function capitalsIn(text: string): readonly LoweredSpan[] {
  const stretches = isInCapitals(text)
    ? [{ start: 0, stretch: text }]
    : Array.from(text.matchAll(sentences), ({ 0: stretch, index }) => ({ start: index, stretch }));
  return stretches.flatMap(({ start, stretch }): readonly LoweredSpan[] => {
    if (!isInCapitals(stretch)) {
      return [];
    }
    const before = stretch.length - stretch.trimStart().length;
    const sentence = stretch.trim();
    const from = start + before;
    return [{ start: from, end: from + sentence.length, readAs: asSentences(sentence) }];
  });
}

/** A text with what is read in place of its capitals. */
export function withoutCapitals(text: string, lowered: readonly LoweredSpan[]): string {
  return lowered.reduce(
    (whole, { start, end, readAs }) => whole.slice(0, start) + readAs + whole.slice(end),
    text,
  );
}

const isInCapitals = (text: string) =>
  !/\p{Ll}/u.test(text) &&
  Array.from(text.matchAll(wordOfLetters)).filter(([word]) => /\p{Lu}/u.test(word)).length > 1;

/** In small letters, but for the first of each sentence and what is always a capital. */
function asSentences(text: string): string {
  const small = Array.from(text, character => {
    const lower = character.toLowerCase();
    return lower.length === character.length ? lower : character;
  }).join('');
  return small
    .replace(me, 'I')
    .replace(/(?<=^[^\p{L}]*|[.!?…][^\p{L}]*)\p{Ll}/gu, first =>
      first.toUpperCase().length === first.length ? first.toUpperCase() : first,
    );
}
