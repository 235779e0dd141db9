/** What lengthens a person's text: plain sentences of the kind that the translators learned from. */
export const more = [
  'My brother works in a hospital.',
  'We have lived in this house for ten years.',
  'The children are playing in the garden.',
  'She gave me a book that I had already read.',
  'It was raining when we left the cinema.',
  'Tomorrow I will go to the market with my mother.',
] as const;

export const sentencesOf = (text: string): string[] =>
  text
    .match(/[^.!?]+[.!?]*\s*/g)
    ?.map(one => one.trim())
    .filter(one => one !== '') ?? [text];

/** The first so many sentences of a text and of what goes on after it. */
export const firstSentences = (text: string, count: number): string =>
  [...sentencesOf(text), ...more].slice(0, count).join(' ');

/** What stands between spaces. */
export const splitWords = (text: string): string[] => text.split(/\s+/).filter(word => word !== '');

/** The first so many words of a text and of what goes on after it, again and again where that ends. */
export function firstWords(text: string, count: number): readonly string[] {
  const rest = splitWords(more.join(' '));
  const words = splitWords(text);
  return Array.from(
    { length: count },
    (_, index) => words[index] ?? rest[(index - words.length) % rest.length] ?? '',
  );
}
