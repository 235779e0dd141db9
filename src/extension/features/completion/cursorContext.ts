/** The text around a caret: whether something may be offered there, its indentation, and the caret after a suggestion. */

import type { NoOfferReason } from './outcome';
import type { Generation } from '../../../common/protocol/engine/generate';

/** The text around a caret, line ends as `\n`. */
export interface CursorContext {
  /** What the model may read: it ends at the caret. */
  readonly before: string;
  /** What the model reads first, and what is nowhere in the document's text before the caret: `preamble.ts`. */
  readonly preamble?: string | undefined;
  /** Some lines of what follows. */
  readonly after: string;
  /** Sentences rather than code. */
  readonly isProse: boolean;
  /** As VS Code names it; undefined where nothing is known. */
  readonly languageId?: string | undefined;
  /** One level of indentation in this document: a tab, or so many spaces. */
  readonly indentUnit?: string | undefined;
}

/**
 * What may stand between a caret and the end of its line where a line is still being written: brackets, quotes and
 * tags that close, what ends a statement, and the brace that opens the block of an `if (…) {`.
 */
const closing = /^(?:[\s)\]}>"'`*_,;:.!?]|=>|<\/[\w:.-]*)*\{?\s*$/u;

/**
 * Why nothing can be offered at a place; undefined where something can.
 *
 * Never inside a character or a word. Unasked only where a line is being written: nothing follows on it but what
 * closes it.
 *
 * @param isInvoked the person has asked for it by hand.
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

export const restOfLine = (after: string): string => /^[^\n]*/u.exec(after)?.[0] ?? '';

/** What stands before the caret on its line. */
export const startOfLine = (before: string): string => before.slice(before.lastIndexOf('\n') + 1);

export const indentationOf = (line: string): string => /^[^\S\n]*/u.exec(line)?.[0] ?? '';

/** So many lines tell how a document is indented. */
const maxLines = 200;
/** Where nothing tells. */
const standardUnit = '    ';

/**
 * One level of indentation in a text: a tab where most indented lines begin with one, else the step between
 * neighbouring lines that occurs most often.
 *
 * @param standard where no line is indented.
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
 * The white space that lacks between the caret and the level of the block that the line above opens; empty where the
 * caret stands at it, or where there is no such line.
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
 * Where a person stands who takes a suggestion: behind it, or where it ended the line at the beginning of the next.
 *
 * @param finish of the writing that was shown whole.
 */
export function afterAccept(
  { before: typed, after: following, ...context }: CursorContext,
  { text, replacedLength }: { readonly text: string; readonly replacedLength: number },
  finish: Generation['finish'] | 'cancelled',
): CursorContext {
  const before = typed + text;
  const after = following.slice(replacedLength);
  // A line that something still follows is not at its end.
  return finish === 'stop' && restOfLine(after).trim() === ''
    ? { ...context, before: `${before}\n${indentationOf(startOfLine(before))}`, after }
    : { ...context, before, after };
}
