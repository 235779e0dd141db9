/** The outcome of a request for text, and why nothing was offered. */

/** Why nothing is offered at a caret. */
export type NoOfferReason =
  /** Only white space stands before the caret. */
  | 'empty'
  /** The caret is inside a word or a character. */
  | 'inside-word'
  /** Text follows on the line, and the user did not ask for a suggestion. */
  | 'text-follows'
  /** The model ends the text here, or wrote only white space. */
  | 'nothing-written'
  /** The model repeated the text around the caret, or itself. */
  | 'repeats'
  /** The text would leave a bracket, a quote or a tag open, or close one that is not open. */
  | 'unbalanced'
  /** The text is improbable to the model itself. */
  | 'unlikely'
  /** The generation was given up: something was typed meanwhile, or the caret has moved. */
  | 'given-up'
  /** The last attempts failed, and the next one waits. */
  | 'waits';

export type Outcome =
  { readonly kind: 'offered' } | { readonly kind: 'nothing'; readonly reason: NoOfferReason };

/** A sentence for each reason. @param t translates it; the command line leaves it in English. */
export const noOfferSentences = (
  t: (sentence: string) => string,
): Readonly<Record<NoOfferReason, string>> => ({
  empty: t('Nothing was offered: there is only white space before the caret.'),
  'inside-word': t('Nothing was offered: the caret is inside a word.'),
  'text-follows': t('Nothing was offered: text follows on the line.'),
  'nothing-written': t('Nothing was offered: the model predicts that the text ends here.'),
  repeats: t('Nothing was offered: the model only repeated text that is already there.'),
  unbalanced: t('Nothing was offered: it would have left a bracket, a quote or a tag open.'),
  unlikely: t('Nothing was offered: the model was not sure enough of its text.'),
  'given-up': t('Nothing was offered: the text or the caret changed while the model was writing.'),
  waits: t('Nothing was offered: the last attempts failed, and the next one waits a little.'),
});
