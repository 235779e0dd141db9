/** Makes a text longer or shorter, by whole sentences or by words. */
import { sentencesIn } from '../../../src/common/text/sentences';

/** What lengthens the user's text: plain sentences of the kind that the translators learned from. */
export const moreSentences = [
  'My brother works in a hospital.',
  'We have lived in this house for ten years.',
  'The children are playing in the garden.',
  'She gave me a book that I had already read.',
  'It was raining when we left the cinema.',
  'Tomorrow I will go to the market with my mother.',
] as const;

/** Those that are not in the text already; all of them if there is none. */
function restAfter(text: string): readonly string[] {
  const rest = moreSentences.filter(one => !text.includes(one));
  return rest.length > 0 ? rest : moreSentences;
}

/** The end of a sentence, in the scripts that mark it, with what may close after it. */
const end = /[.!?…。！？؟।]["'”’»)\]]*$/u;

/** The text with a full stop if it has no end: what comes after it would be read as one sentence with it. */
const ended = (text: string): string =>
  text === '' || end.test(text) ? text : `${text.replace(/[\s,;:–—-]+$/u, '')}.`;

export const sentencesOf = (text: string): string[] =>
  sentencesIn(text.trim()).map(one => one.trim());

/** The number of sentences that a text can be lengthened to. */
export const maxSentences = (text: string): number =>
  sentencesOf(text).length + restAfter(text).length;

/** The first sentences of a text and of what lengthens it. */
export function firstSentences(text: string, count: number): string {
  const own = sentencesOf(text);
  return count <= own.length
    ? own.slice(0, count).join(' ')
    : [...own.map(ended), ...restAfter(text)].slice(0, count).join(' ');
}

/** The words of a text: what stands between spaces. */
export const splitWords = (text: string): string[] => text.split(/\s+/).filter(word => word !== '');

/** The first words of a text and of what lengthens it, again and again where that ends. */
export function firstWords(text: string, count: number): readonly string[] {
  const own = splitWords(text);
  if (count <= own.length) {
    return own.slice(0, count);
  }
  const words = splitWords(ended(own.join(' ')));
  return withoutLoneWord([
    ...words,
    ...again(splitWords(restAfter(text).join(' ')), count - words.length),
  ]);
}

/** No sentence is cut to its first word: a word is added to the one before it instead. */
function withoutLoneWord(words: readonly string[]): readonly string[] {
  const [, word, sign] = /^(.+)([.!?])$/su.exec(words.at(-2) ?? '') ?? [];
  return word === undefined || sign === undefined || words.length < 4
    ? words
    : [...words.slice(0, -2), word, `today${sign}`];
}

/** Words that have nothing to do with a text. */
export const unrelatedWords = (text: string, count: number): readonly string[] =>
  again(splitWords(restAfter(text).toReversed().join(' ')), count);

/** `count` words of a list, from its start again where it ends. */
const again = (words: readonly string[], count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => words[index % words.length] ?? '');
