import { sensibleEnd, wholeCharacters, withinBlock, type Finish } from './ending';
import type { Place } from './place';
import { repeatsNeighbour, withoutFollowing } from './repetition';
import type { Shape } from './shape';

/** What a model has written at a place. */
export interface Writing {
  /** From the caret on, up to a sensible end. */
  readonly text: string;
  /** How that end came about. */
  readonly finish: Finish;
  readonly shape: Shape;
}

/** What a model has written as it came, up to where it sensibly ends. */
export function writingOf(
  text: string,
  finish: Finish,
  shape: Shape,
  { before, isProse }: Pick<Place, 'before' | 'isProse'>,
): Writing {
  const whole = wholeCharacters(text);
  // Text after what is no character is left out, so what there is was cut.
  const isCut = whole.length < text.replaceAll('\r\n', '\n').length;
  const ended = sensibleEnd(whole, isCut ? 'length' : finish, shape, isProse);
  const kept = shape === 'block' ? withinBlock(ended, before) : ended;
  return { text: kept, finish: kept === whole.trimEnd() ? finish : 'length', shape };
}

/** Of a writing what is worth showing at a place, as far as it is not there yet; empty where nothing is. */
export function presentable({ text }: Writing, { before, after }: Place): string {
  const shown = withoutFollowing(text, after);
  return shown.trim() === '' || repeatsNeighbour(shown, before, after) ? '' : shown;
}
