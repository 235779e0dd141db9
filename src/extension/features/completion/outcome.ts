/** Why nothing is offered at a place. */
export type NothingWhy =
  /** There is only white space before the caret. */
  | 'empty'
  /** The caret stands inside a word or a character. */
  | 'inside-word'
  /** Text follows on the line, and nobody has asked by hand. */
  | 'text-follows'
  /** The model itself ends here, or writes white space alone. */
  | 'nothing-written'
  /** What was written says again what stands beside it, or itself. */
  | 'repeats'
  /** What was written would leave a bracket, a quote or a tag open, or close one that is not. */
  | 'unbalanced'
  /** The model finds what it wrote improbable. */
  | 'unlikely'
  /** The writing was given up: something was typed meanwhile, or the caret has moved. */
  | 'given-up'
  /** The last tries failed, and the next one waits. */
  | 'waits';

/** What became of a request for text. */
export type Outcome =
  { readonly kind: 'offered' } | { readonly kind: 'nothing'; readonly why: NothingWhy };

/** One sentence for each, in English; `outcomeWords.ts` translates them. */
export const nothingWords: Readonly<Record<NothingWhy, string>> = {
  empty: 'Nothing was offered: there is only white space before the caret.',
  'inside-word': 'Nothing was offered: the caret is inside a word.',
  'text-follows': 'Nothing was offered: text follows on the line.',
  'nothing-written': 'Nothing was offered: the model finds that the text ends here.',
  repeats: 'Nothing was offered: the model only wrote again what stands there already.',
  unbalanced: 'Nothing was offered: it would have left a bracket, a quote or a tag open.',
  unlikely: 'Nothing was offered: the model was too unsure of what it wrote.',
  'given-up': 'Nothing was offered: the text or the caret changed while it was being written.',
  waits: 'Nothing was offered: the last tries failed, and the next one waits a little.',
};
