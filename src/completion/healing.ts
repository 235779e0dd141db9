/** A text as a model is best asked to go on with it. */
export interface Healed {
  /** What the model reads. */
  readonly prompt: string;
  /** What the person has typed beyond it: an answer must begin so. */
  readonly held: string;
}

/**
 * Takes one space from the end of a text. Vocabularies of bytes join a space to the word after it, so a model has
 * hardly ever seen one alone before a word, and goes on badly from there.
 */
export const heal = (before: string): Healed =>
  /\S $|\n +$/u.test(before)
    ? { prompt: before.slice(0, -1), held: ' ' }
    : { prompt: before, held: '' };

/** What an answer adds to what was typed; undefined where it does not begin so. */
export const unheld = (text: string, held: string): string | undefined =>
  text.startsWith(held) ? text.slice(held.length) : undefined;
