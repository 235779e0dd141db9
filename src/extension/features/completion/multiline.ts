import { opensBlock } from './indentation';
import { restOfLine, startOfLine, type Place } from './cursorContext';

/** How much is written: up to the end of the line, or a block of lines. */
export type Shape = 'line' | 'block';

/** A block where one has just been opened in code and nothing of it stands there yet; else one line. */
export function shapeOf({ before, after, isProse }: Place): Shape {
  if (isProse || restOfLine(after).trim() !== '') {
    return 'line';
  }
  const line = startOfLine(before);
  if (line.trim() !== '') {
    return /[:{]\s*$/u.test(line) ? 'block' : 'line';
  }
  const above = before.slice(0, before.length - line.length).trimEnd();
  return opensBlock(startOfLine(above)) ? 'block' : 'line';
}

/**
 * What ends the writing whatever was written: of prose a new line, of code an empty one. Of code a line may open a
 * bracket that further lines close; `wholeThought` ends it.
 */
export const stopsOf = ({ isProse }: Place): readonly string[] =>
  isProse ? ['\n'] : ['\n\n', '\n\r\n'];
