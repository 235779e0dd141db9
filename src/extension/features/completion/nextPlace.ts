import { indentationOf, restOfLine, startOfLine, type Place } from './cursorContext';
import type { Finish } from './ending';

/**
 * Where a person stands who takes a suggestion: behind it, or where it ended the line at the beginning of the next.
 *
 * @param finish of the writing that was shown whole.
 */
export function nextPlace(
  { before: typed, after: following, ...place }: Place,
  { text, swallowed }: { readonly text: string; readonly swallowed: number },
  finish: Finish,
): Place {
  const before = typed + text;
  const after = following.slice(swallowed);
  // A line that something still follows is not at its end.
  return finish === 'stop' && restOfLine(after).trim() === ''
    ? { ...place, before: `${before}\n${indentationOf(startOfLine(before))}`, after }
    : { ...place, before, after };
}
