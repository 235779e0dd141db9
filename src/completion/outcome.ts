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
  /** What was typed cannot be gone on with by the model's tokens. */
  | 'cannot-begin'
  /** The writing was given up: something was typed meanwhile, or the caret has moved. */
  | 'given-up'
  /** The last tries failed, and the next one waits. */
  | 'waits';

/** What became of a request for text. */
export type Outcome =
  { readonly kind: 'offered' } | { readonly kind: 'nothing'; readonly why: NothingWhy };
