import { restOfLine, startOfLine } from './place';

/** Shorter lines are alike by chance: brackets, `end`, `else`. */
const tellingLength = 4;

/**
 * A text without what stands after the caret already: its end where the rest of the line begins with that, and its
 * lines from the first that follows in the document.
 */
export function withoutFollowing(text: string, after: string): string {
  const rest = restOfLine(after).trimEnd();
  const following = after
    .slice(restOfLine(after).length)
    .split('\n')
    .map(line => line.trim());
  const isFollowing = (line: string) => {
    const told = line.trim();
    return told.length >= tellingLength && following.includes(told);
  };
  const lines = text.split('\n');
  // Of one line alone the end of it is looked at, of several those after the first.
  const end = lines.findIndex((line, index) => index > 0 && isFollowing(line));
  const kept = end < 0 ? lines : lines.slice(0, end);
  const closers = following.find(line => line !== '') ?? '';
  if (kept.length > 1 && /^[)\]}]+[;,]?$/u.test(closers) && kept.at(-1)?.trim() === closers) {
    kept.pop();
  }
  return kept.length > 1 ? kept.join('\n') : withoutRest(kept.join('\n'), rest);
}

/** Without an end with which the rest of the line begins: the longest such end. */
function withoutRest(text: string, rest: string): string {
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    if (rest.startsWith(text.slice(-length))) {
      return text.slice(0, -length);
    }
  }
  return text;
}

/** Whether a text only says again what stands beside it: the line above the caret's, or the next one below it. */
export function repeatsNeighbour(text: string, before: string, after: string): boolean {
  const start = startOfLine(before);
  const line = (start + (text.split('\n')[0] ?? '')).trim();
  const above = before.slice(0, before.length - start.length).trimEnd();
  const neighbours = [
    above.slice(above.lastIndexOf('\n') + 1),
    after
      .slice(restOfLine(after).length)
      .split('\n')
      .find(one => one.trim() !== '') ?? '',
  ];
  return line.length >= tellingLength && neighbours.some(one => one.trim() === line);
}
