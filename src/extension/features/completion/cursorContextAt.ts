/** Reads the text around a caret from VS Code. */
import * as vscode from 'vscode';
import type { TextSpan } from '../../../common/text/sentences';
import { isProse } from '../../subject/selection';
import { indentUnitOf, type CursorContext } from './cursorContext';
import {
  preambleOf,
  maxPromptLength,
  promptWindow,
  maxAfterLength,
  withPlainLineEnds,
  notebookTextBefore,
} from './prompt';

/** The longest text that is searched for its indentation, in UTF-16 units: a whole document may be one line. */
const maxIndentText = 20_000;

/** The text around a caret, and where it stands in the document. */
export interface DocumentCursorContext extends CursorContext {
  /** The part of the document that is in `before`, line ends as they are. */
  readonly window: TextSpan;
  /** The length of the part of `before` from other documents, the cells above in a notebook, in UTF-16 units. */
  readonly outside: number;
}

/**
 * The text around a caret. Only a window of the document is read, however long it is.
 *
 * @param selected the entry that is chosen in the list of suggestions: the text continues from there.
 */
export function cursorContextAt(
  document: vscode.TextDocument,
  caret: vscode.Position,
  selected?: vscode.SelectedCompletionInfo,
): DocumentCursorContext {
  const end = document.offsetAt(selected?.range.start ?? caret);
  const read = (from: number, to: number) =>
    document.getText(new vscode.Range(document.positionAt(from), document.positionAt(to)));
  const above = textOfCellsAbove(document, maxPromptLength);
  const readAll = (from: number, to: number) =>
    above.slice(from, to) + read(Math.max(0, from - above.length), Math.max(0, to - above.length));
  const all = promptWindow({ read: readAll }, above.length + end);
  const at = document.offsetAt(caret);
  return {
    preamble: preambleOf(document.uri.path, document.languageId),
    before: withPlainLineEnds(readAll(all.start, all.end)) + (selected?.text ?? ''),
    after: withPlainLineEnds(read(at, at + maxAfterLength)),
    isProse: isProse(document),
    languageId: document.languageId,
    indentUnit: indentUnitAt(document, caret),
    window: { start: Math.max(0, all.start - above.length), end },
    outside: Math.max(0, above.length - all.start),
  };
}

/** Number of lines above and below the caret that show how a document is indented. */
const indentReach = 200;

function indentUnitAt(document: vscode.TextDocument, { line }: vscode.Position): string {
  const [from, to] = [Math.max(0, line - indentReach), line + indentReach];
  const text = document.getText(new vscode.Range(from, 0, to, 0)).slice(0, maxIndentText);
  const { insertSpaces, tabSize } =
    vscode.window.visibleTextEditors.find(editor => editor.document === document)?.options ?? {};
  const isSpaces = insertSpaces !== false;
  return indentUnitOf(text, isSpaces ? ' '.repeat(Number(tabSize) || 4) : '\t');
}

/** The scheme of documents that are cells of a notebook. */
const cellScheme = 'vscode-notebook-cell';

/** The text of the cells above a document that is a cell of a notebook; empty for any other document. */
function textOfCellsAbove(document: vscode.TextDocument, reach: number): string {
  if (document.uri.scheme !== cellScheme) {
    return '';
  }
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cells = notebook.getCells();
    const index = cells.findIndex(cell => cell.document === document);
    if (index >= 0) {
      const above = cells.slice(0, index).map(cell => ({
        languageId: cell.document.languageId,
        text: () => cell.document.getText(),
      }));
      return notebookTextBefore(above, document.languageId, reach);
    }
  }
  return '';
}
