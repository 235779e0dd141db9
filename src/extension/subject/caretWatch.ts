/** Tells when the caret of the editor in use has moved, or the text around it was edited. */
import * as vscode from 'vscode';
import type { EditorInUse } from './selection';

/** The delay after the caret has moved before a new text is analysed, in ms. */
const restMs = 120;
/** The delay after an edit, in ms, so that typing never waits for an analysis. */
const restAfterEditMs = 350;

/**
 * @param onMove is told how long to wait before anything is computed, in ms, and whether the caret is in another editor
 *   now, where it need not have moved.
 * @returns ends it.
 */
export function watchCaret(
  editorInUse: EditorInUse,
  onMove: (waitMs: number, isOtherEditor: boolean) => void,
): vscode.Disposable {
  let typedAt = -Infinity;
  // Typing moves the caret as well, and VS Code tells of that a moment later.
  const wait = () => Math.max(restMs, typedAt + restAfterEditMs - performance.now());
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor) {
        onMove(wait(), false);
      }
    }),
    vscode.window.onDidChangeActiveTextEditor(() => onMove(wait(), true)),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document === editorInUse.current?.document && contentChanges.length > 0) {
        typedAt = performance.now();
        onMove(restAfterEditMs, false);
      }
    }),
  );
}
