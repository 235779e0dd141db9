/** The text around a caret: whether anything can be offered there and if not why, how it is indented, and what follows a suggestion. */

/** The text around a caret, line ends as `\n`. */
export interface CursorContext {
  /** The text that the model reads; it ends at the caret. */
  readonly before: string;
  /** A line that the model reads first, and that is not in the document: see `preambleOf`. */
  readonly preamble?: string | undefined;
  /** Some lines of the text after the caret. */
  readonly after: string;
  /** Sentences rather than code. */
  readonly isProse: boolean;
  /** VS Code's id of the language, if known. */
  readonly languageId?: string | undefined;
  /** One level of indentation in this document: a tab, or so many spaces. */
  readonly indentUnit?: string | undefined;
}

/**
 * The text that may stand between the caret and the end of a line that is still being written: brackets, quotes and
 * tags that close, the end of a statement, and the brace that opens the block of an `if (…) {`.
 */
const closing = /^(?:[\s)\]}>"'`*_,;:.!?]|=>|<\/[\w:.-]*)*\{?\s*$/u;

/**
 * Why nothing can be offered at a caret; undefined if something can.
 *
 * Nothing is offered inside a character or a word. If the user has not asked, text is offered only where a line is
 * still being written: nothing follows on it but what closes it.
 *
 * @param isInvoked the user asked for a suggestion.
 */
export function noOfferReasonAt(
  { before, after }: CursorContext,
  isInvoked: boolean,
): NoOfferReason | undefined {
  if (before.trim() === '') {
    return 'empty';
  }
  if (/[\uD800-\uDBFF]$/u.test(before) || /^[\uDC00-\uDFFF]/u.test(after)) {
    return 'inside-word';
  }
  if (/[\p{L}\p{N}_]$/u.test(before) && /^[\p{L}\p{N}\p{M}_\u200d]/u.test(after)) {
    return 'inside-word';
  }
  return isInvoked || closing.test(restOfLine(after)) ? undefined : 'text-follows';
}

/** The text after the caret on its line. */
export const restOfLine = (after: string): string => /^[^\n]*/u.exec(after)?.[0] ?? '';

/** The text before the caret on its line. */
export const startOfLine = (before: string): string => before.slice(before.lastIndexOf('\n') + 1);

export const indentationOf = (line: string): string => /^[^\S\n]*/u.exec(line)?.[0] ?? '';

/** Number of lines considered for the indentation. */
const maxLines = 200;
/** The unit if no line is indented. */
const standardUnit = '    ';

/**
 * One level of indentation in a text: a tab if most indented lines begin with one, otherwise the most frequent step
 * between neighbouring lines.
 *
 * @param standard the unit if no line is indented.
 */
export function indentUnitOf(text: string, standard: string = standardUnit): string {
  const indents = text
    .split('\n')
    .slice(-maxLines)
    .filter(line => line.trim() !== '')
    .map(indentationOf);
  const indented = indents.filter(indent => indent !== '');
  const tabs = indented.filter(indent => indent.startsWith('\t')).length;
  if (tabs > 0 && 2 * tabs >= indented.length) {
    return '\t';
  }
  const counts = new Map<number, number>();
  for (const [index, indent] of indents.entries()) {
    const step = indent.length - (indents[index - 1] ?? '').length;
    if (step > 1 && step <= 8 && !indent.includes('\t')) {
      counts.set(step, (counts.get(step) ?? 0) + 1);
    }
  }
  const [best] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b);
  return best ? ' '.repeat(best[0]) : standard;
}

/**
 * The white space that is missing between the caret and the level of the block that the line above opens; empty if the
 * caret is at that level, or if there is no such line.
 */
export function missingIndentation({ before, after, isProse, indentUnit }: CursorContext): string {
  const line = startOfLine(before);
  if (isProse || line.trim() !== '' || restOfLine(after).trim() !== '') {
    return '';
  }
  const above = before.slice(0, before.length - line.length).trimEnd();
  const opener = startOfLine(above);
  if (above === '' || !/[:{]$/u.test(opener)) {
    return '';
  }
  const wanted = indentationOf(opener) + (indentUnit ?? indentUnitOf(before));
  return wanted.startsWith(line) && indentationOf(opener).length >= line.length
    ? wanted.slice(line.length)
    : '';
}

/**
 * The context after a suggestion was accepted: the caret is behind it, or at the beginning of the next line.
 *
 * @param endsLine the model ended the line after the suggestion.
 */
export function afterAccept(
  { before: typed, after: following, ...context }: CursorContext,
  { text, replacedLength }: { readonly text: string; readonly replacedLength: number },
  endsLine: boolean,
): CursorContext {
  const before = typed + text;
  const after = following.slice(replacedLength);
  // A line is not at its end while text still follows on it.
  return endsLine && restOfLine(after).trim() === ''
    ? { ...context, before: `${before}\n${indentationOf(startOfLine(before))}`, after }
    : { ...context, before, after };
}

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
