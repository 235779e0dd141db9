/**
 * Words of a sentence or of a document as themselves inside Markdown, also in a table's cell and at the start of a line.
 *
 * `MarkdownString.appendText` writes each space as `&nbsp;`, so that a hover breaks inside of words, and leaves the bar
 * that parts the cells of a table.
 */
export const markdownText = (text: string): string =>
  text
    .replace(/[\s\u0000-\u001f]+/gu, ' ')
    // Each mark of ASCII may be escaped (CommonMark), and most mean something somewhere in a line.
    .replace(/[!-/:-@[-`{-~]/gu, '\\$&')
    // An icon is looked for in what was rendered, where no backslash is left.
    .replaceAll('\\$\\(', '&#36;\\(');
