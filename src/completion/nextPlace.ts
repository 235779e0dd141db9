import { indentationOf, startOfLine, type Place } from './place';
import type { Finish } from './ending';

/**
 * Where a person stands who takes a suggestion: behind it, or where it ended the line at the beginning of the next.
 *
 * @param finish of the writing that was shown whole.
 */
export function nextPlace(place: Place, shown: string, finish: Finish): Place {
  const before = place.before + shown;
  return finish === 'stop'
    ? { ...place, before: `${before}\n${indentationOf(startOfLine(before))}` }
    : { ...place, before };
}
