import * as vscode from 'vscode';
import { EngineError } from '../shared/errors';
import type { Subject } from '../shared/pageApi';
import type { SubjectAnchor } from '../subject/subjectAnchor';

const { t } = vscode.l10n;

/**
 * Writes text right after a subject's first text, as one step that can be undone, and puts the caret behind it.
 *
 * @param column where its document is shown, if it is shown nowhere.
 * @returns false when the subject's text is no longer there.
 * @throws EngineError `input-invalid` when the document cannot be opened or written to.
 */
export async function insertAfter(
  { segments: [{ text: before }] }: Subject,
  anchor: SubjectAnchor,
  text: string,
  column: vscode.ViewColumn,
): Promise<boolean> {
  const { length } = before;
  const located = await anchor.reach({ segment: 0, start: length - 1, end: length });
  const last = located.at(-1);
  if (!last) {
    return false;
  }
  const { document, range } = last;
  const shown = vscode.window.visibleTextEditors.find(editor => editor.document === document);
  const editor =
    shown ??
    (await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true }));
  if (!(await editor.edit(edit => edit.insert(range.end, text)))) {
    throw new EngineError('input-invalid', t('This document cannot be written to.'));
  }
  const caret = document.positionAt(document.offsetAt(range.end) + text.length);
  editor.selection = new vscode.Selection(caret, caret);
  editor.revealRange(new vscode.Range(range.end, caret));
  return true;
}
