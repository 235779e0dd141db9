import { indentationOf, restOfLine, startOfLine, type Place } from './cursorContext';

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

/** After these a block is expected: `if x:`, `function f() {`, `x => (`. */
export const opensBlock = (line: string): boolean =>
  /(?:[:{([]|=>|\b(?:then|do|else|begin))\s*$/u.test(line);

/**
 * The white space that lacks between the caret and the level of the block that the line above opens; empty where the
 * caret stands at it, or where there is no such line.
 */
export function missingIndentation({ before, after, isProse, indentUnit }: Place): string {
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

/** A text whose lines after the first are indented as the document is, by its own unit. */
export function reindented(text: string, unit: string): string {
  const [first = '', ...others] = text.split('\n');
  const steps = others.map(line => indentationOf(line)).filter(indent => /^ +$/u.test(indent));
  const step = Math.min(...steps.map(indent => indent.length), 8);
  const lines = others.map(line => {
    const indent = indentationOf(line);
    const rest = line.slice(indent.length);
    if (unit === '\t' && indent.includes(' ')) {
      const tabs = indent.replace(/ /gu, '').length;
      return '\t'.repeat(tabs + Math.round((indent.length - tabs) / Math.max(step, 1))) + rest;
    }
    return unit === '\t' ? line : indent.replaceAll('\t', unit) + rest;
  });
  return [first, ...lines].join('\n');
}
