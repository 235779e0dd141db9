import { restOfLine, startOfLine, type Place } from './place';

/** How much is written: up to the end of the line, or a block of lines. */
export type Shape = 'line' | 'block';

/** After these a block is expected: `if x:`, `function f() {`, `x => (`. */
const opens = /(?:[:{([]|=>|\b(?:then|do|else|begin))\s*$/u;

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
  return opens.test(above.slice(above.lastIndexOf('\n') + 1)) ? 'block' : 'line';
}

/** What ends the writing: a new line, or in a block an empty one. */
export const stopsOf = (shape: Shape): readonly string[] =>
  shape === 'line' ? ['\n'] : ['\n\n', '\n\r\n'];
