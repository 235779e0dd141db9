import type { NothingWhy } from './outcome';

/** The text around a caret, line ends as `\n`. */
export interface Place {
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
export function placeProblem({ before, after }: Place, isInvoked: boolean): NothingWhy | undefined {
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
