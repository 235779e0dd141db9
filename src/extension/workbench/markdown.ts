/** Escapes text for Markdown. */

/**
 * Escapes a text so that Markdown shows it unchanged, also in a table's cell and at the start of a line.
 *
 * `MarkdownString.appendText` does not do: it writes each space as `&nbsp;`, so that a hover breaks inside of words, and
 * does not escape the bar that separates the cells of a table.
 */
export const markdownText = (text: string): string =>
  text
    .replace(/[\s\u0000-\u001f]+/gu, ' ')
    // CommonMark allows to escape each punctuation mark of ASCII, and most have a meaning somewhere in a line.
    .replace(/[!-/:-@[-`{-~]/gu, '\\$&')
    // VS Code looks for icons in the rendered text, where no backslash is left.
    .replaceAll('\\$\\(', '&#36;\\(');
