/** The text that a model reads: a window before the caret, the name of the file, and the cells above in a notebook. */
import type { TextSpan } from '../../../common/text/sentences';

/** A document that is read in parts. Offsets are in UTF-16 units, line ends as they are. */
export interface Text {
  read(start: number, end: number): string;
}

/** The most text that is read before the caret, in UTF-16 units: about 250 tokens of English, 320 of code. */
export const maxPromptLength = 960;

/** The distance by which the start of the window moves at once. */
const stride = maxPromptLength / 2;

/**
 * The part of a document that the model reads: the text before the caret, from a start that most keys do not move.
 *
 * The cached keys and values of a text are reused only while the next text begins in the same way. Therefore the start
 * does not slide with each key: it jumps by half of the longest prompt, to the beginning of a line or of a word.
 */
export function promptWindow(text: Text, caret: number): TextSpan {
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

/** The most text that is read after the caret, in UTF-16 units. */
export const maxAfterLength = 4000;

/** A text with the line ends that models were trained on. */
export const withPlainLineEnds = (text: string): string => text.replaceAll('\r\n', '\n');

/** The beginning of a line comment, with the languages that it belongs to, by VS Code's ids. */
const lineComments: readonly (readonly [string, readonly string[]])[] = [
  [
    '# ',
    [
      ...['python', 'shellscript', 'ruby', 'perl', 'r', 'julia', 'elixir', 'makefile'],
      ...['dockerfile', 'powershell', 'coffeescript', 'nim'],
    ],
  ],
  [
    '// ',
    [
      ...['javascript', 'typescript', 'javascriptreact', 'typescriptreact', 'go', 'rust', 'c'],
      ...['cpp', 'csharp', 'java', 'kotlin', 'swift', 'php', 'dart', 'scala', 'groovy', 'fsharp'],
      'zig',
    ],
  ],
  ['-- ', ['lua', 'haskell', 'elm', 'ada']],
];

/**
 * A line that names the file, as a comment of its language: a model that knows which file it continues mixes in less of
 * other languages. It is empty for prose, where the name says nothing.
 *
 * @param path of the document; its last part is named if it has an extension.
 */
export function preambleOf(path: string, languageId: string): string {
  const comment = lineComments.find(([, languages]) => languages.includes(languageId))?.[0];
  const name = path.split(/[\\/]/u).at(-1) ?? '';
  return comment && name.includes('.') ? `${comment}${name}\n` : '';
}

/** A cell of a notebook. */
export interface Cell {
  readonly languageId: string;
  /** Line ends as they are. */
  readonly text: () => string;
}

/** Separates two cells, like two paragraphs or two statements. */
const separator = '\n\n';

/**
 * The text before a cell of a notebook: the cells above it in the same language, in order, without white space at their
 * ends. Cells are read upwards until their text is long enough.
 *
 * Cells in another language are left out: the prompt would change its language in the middle, and in the little text
 * that a model reads, prose would displace the definitions that are used below.
 *
 * @param above the cells in the order of the notebook.
 * @param reach the length that is enough, in UTF-16 units.
 * @returns the text, empty or with a separator at its end, so that the cell's own text can follow; line ends as `\n`.
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
      texts.unshift(text + separator);
      length += text.length + separator.length;
    }
  }
  return texts.join('');
}

/** A text without the blank lines around it; the indentation of its first line is kept. */
const trimmed = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/^(?:[^\S\n]*\n)+/u, '')
    .trimEnd();
