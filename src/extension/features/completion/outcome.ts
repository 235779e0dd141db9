/** What became of a request for text, in a sentence for each. */

/** Why nothing is offered at a place. */
export type NoOfferReason =
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
  { readonly kind: 'offered' } | { readonly kind: 'nothing'; readonly why: NoOfferReason };

/** Why nothing was offered, as one sentence for each. @param t translates it. */
export const noOfferSentences = (
  t: (sentence: string) => string,
): Readonly<Record<NoOfferReason, string>> => ({
  empty: t('Nothing was offered: there is only white space before the caret.'),
  'inside-word': t('Nothing was offered: the caret is inside a word.'),
  'text-follows': t('Nothing was offered: text follows on the line.'),
  'nothing-written': t('Nothing was offered: the model finds that the text ends here.'),
  repeats: t('Nothing was offered: the model only wrote again what stands there already.'),
  unbalanced: t('Nothing was offered: it would have left a bracket, a quote or a tag open.'),
  unlikely: t('Nothing was offered: the model was too unsure of what it wrote.'),
  'given-up': t('Nothing was offered: the text or the caret changed while it was being written.'),
  waits: t('Nothing was offered: the last tries failed, and the next one waits a little.'),
});
