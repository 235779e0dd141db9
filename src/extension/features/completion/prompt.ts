/** What a model reads of a document: a window before the caret, the name of the file, and the cells above in a notebook. */

import type { Stretch } from '../../subject/textSpan';

/** A document that is read in parts. Offsets count UTF-16 units, line ends as they are. */
export interface Text {
  read(start: number, end: number): string;
}

/** As much is read before the caret, in UTF-16 units: about 250 tokens of English, 320 of code. */
export const maxPromptLength = 960;

/** By so much the start of the window moves at once. */
const stride = maxPromptLength / 2;

/**
 * What of a document the model reads: the text before the caret, from a place that most keys leave where it is.
 *
 * The keys and values of what was read before are used again only as long as the text begins alike. So the start
 * does not slide with each key: it jumps by half of the longest prompt, to the beginning of a line or of a word.
 */
export function promptWindow(text: Text, caret: number): Stretch {
  if (caret <= maxPromptLength) {
    return { start: 0, end: caret };
  }
  const from = Math.ceil((caret - maxPromptLength) / stride) * stride;
  const near = text.read(from, Math.min(caret, from + stride / 2));
  const line = near.indexOf('\n') + 1;
  const word = near.search(/(?<=\s)\S/u);
  const isInPair = /^[\uDC00-\uDFFF]/u.test(near);
  return { start: from + (line || Math.max(word, isInPair ? 1 : 0)), end: caret };
}

/** So much is read after a caret, in UTF-16 units. */
export const maxAfterLength = 4000;

/** As a model reads it. */
export const withPlainLineEnds = (text: string): string => text.replaceAll('\r\n', '\n');

/** How a line of comment is written, by VS Code's names of languages. */
const comments: Readonly<Record<string, readonly [string, string]>> = Object.fromEntries<
  readonly [string, string]
>([
  ...[
    ...['python', 'shellscript', 'ruby', 'perl', 'r', 'julia', 'elixir', 'makefile', 'dockerfile'],
    ...['powershell', 'coffeescript', 'nim'],
  ].map(language => [language, ['# ', '']] as const),
  ...[
    ...['javascript', 'typescript', 'javascriptreact', 'typescriptreact', 'go', 'rust', 'c', 'cpp'],
    ...['csharp', 'java', 'kotlin', 'swift', 'php', 'dart', 'scala', 'groovy', 'fsharp', 'zig'],
  ].map(language => [language, ['// ', '']] as const),
  ...['lua', 'haskell', 'elm', 'ada'].map(language => [language, ['-- ', '']] as const),
]);

/**
 * A line that names the file, as a comment of its language: a model that knows what it goes on with writes less of
 * another. Only for code: in prose a name says nothing.
 *
 * @param path of the document; the last part of it is named, where it says what kind of file it is.
 */
export function preambleOf(path: string, languageId: string): string {
  const comment = Object.hasOwn(comments, languageId) ? comments[languageId] : undefined;
  const name = path.split(/[\\/]/u).at(-1) ?? '';
  return comment && name.includes('.') ? `${comment[0]}${name}${comment[1]}\n` : '';
}

/** A cell as it is read. */
export interface Cell {
  readonly languageId: string;
  /** Line ends as they are. */
  readonly text: () => string;
}

/** Between two cells: to a model a paragraph, or two statements apart. */
const between = '\n\n';

/**
 * What stands before a cell of a notebook: the cells above it in its own language, in order, white space at their
 * ends left away. Only so many of the last ones are read as reach as far back as is looked.
 *
 * Cells in another language are left out: what a model goes on from would change its language in the middle, and of
 * the little that it reads prose would take the place of the definitions that are used below.
 *
 * @param above the first of the notebook first.
 * @param reach in UTF-16 units.
 * @returns empty, or ending so that the cell's own text may follow; line ends as `\n`.
 */
export function notebookTextBefore(
  above: readonly Cell[],
  languageId: string,
  reach: number,
): string {
  const texts: string[] = [];
  let length = 0;
  for (const cell of above.toReversed()) {
    if (length >= reach) {
      break;
    }
    const text = cell.languageId === languageId ? trimmed(cell.text()) : '';
    if (text !== '') {
      texts.unshift(text + between);
      length += text.length + between.length;
    }
  }
  return texts.join('');
}

/** Without the lines of white space around it; the indentation of its first line is kept. */
const trimmed = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/^(?:[^\S\n]*\n)+/u, '')
    .trimEnd();
