import * as vscode from 'vscode';
import { notebookTextBefore } from './notebookText';

/** The scheme of documents that are cells. */
const cellScheme = 'vscode-notebook-cell';

/** What stands before a document that is a cell of a notebook, in the cells above it; empty for any other. */
export function textOfCellsAbove(document: vscode.TextDocument, reach: number): string {
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
