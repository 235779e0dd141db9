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
