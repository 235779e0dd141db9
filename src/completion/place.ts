/** The text around a caret, line ends as `\n`. */
export interface Place {
  /** What the model may read: it ends at the caret. */
  readonly before: string;
  /** Some lines of what follows. */
  readonly after: string;
  /** Sentences rather than code. */
  readonly isProse: boolean;
}

/** What may stand between a caret and the end of its line where a line is still being written. */
const closing = /^[\s)\]}>"'`*_,;:.]*$/u;

/**
 * Whether text can be offered at a place.
 *
 * Never inside a character or a word. Unasked only where a line is being written: nothing follows on it but what
 * closes it.
 *
 * @param isInvoked the person has asked for it by hand.
 */
export function isSensiblePlace({ before, after }: Place, isInvoked: boolean): boolean {
  if (before.trim() === '' || /[\uD800-\uDBFF]$/u.test(before) || /^[\uDC00-\uDFFF]/u.test(after)) {
    return false;
  }
  if (/[\p{L}\p{N}_]$/u.test(before) && /^[\p{L}\p{N}\p{M}_\u200d]/u.test(after)) {
    return false;
  }
  return isInvoked || closing.test(restOfLine(after));
}

export const restOfLine = (after: string): string => /^[^\n]*/u.exec(after)?.[0] ?? '';

/** What stands before the caret on its line. */
export const startOfLine = (before: string): string => before.slice(before.lastIndexOf('\n') + 1);

export const indentationOf = (line: string): string => /^[^\S\n]*/u.exec(line)?.[0] ?? '';
