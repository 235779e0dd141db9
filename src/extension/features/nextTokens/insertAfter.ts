/** Writes what the page of next tokens has made into the document. */
import * as vscode from 'vscode';
import { EngineError } from '../../../common/errors';
import type { Subject } from '../../../common/protocol/pages/subject';
import { nameOf } from '../../subject/selection';
import type { PageOwner } from '../../panels/hostApi';
import type { SubjectAnchor } from '../../subject/subjectAnchor';

const { t } = vscode.l10n;

/** What is written, and where it is shown. */
export interface Insertion {
  readonly text: string;
  /** UTF-16 units at the end of the subject's text that it takes the place of. */
  readonly held: number;
  /** Where the document is shown, if it is shown nowhere. */
  readonly column: vscode.ViewColumn;
}

/**
 * Writes what a page has made right after its subject, which grows by it.
 *
 * @returns the subject as it is now; undefined when its text is no longer there, which the panel says.
 * @throws EngineError as `insertAfter`.
 */
export async function insertIntoDocument(
  owner: PageOwner,
  inserted: Pick<Insertion, 'text' | 'held'>,
): Promise<Subject | undefined> {
  const { subject, anchor, documentColumn: column } = owner;
  const longer =
    subject && anchor ? await insertAfter(subject, anchor, { ...inserted, column }) : undefined;
  if (longer) {
    owner.onLonger(longer);
  } else if (anchor?.isStale) {
    owner.onStaleUse();
  }
  return longer;
}

/**
 * Writes text right after a subject's first text, as one step that can be undone, and puts the caret behind it.
 *
 * @returns the subject with what was written as its end; undefined when its text is no longer there.
 * @throws EngineError `input-invalid` when the document cannot be opened or written to.
 */
export async function insertAfter(
  subject: Subject,
  anchor: SubjectAnchor,
  { text, held, column }: Insertion,
): Promise<Subject | undefined> {
  const [{ text: before }] = subject.segments;
  const located = await anchor.reach({ segment: 0, start: 0, end: before.length });
  const last = located.at(-1);
  if (!last) {
    return undefined;
  }
  const { document } = last;
  const end = document.offsetAt(last.range.end);
  const place = new vscode.Range(document.positionAt(end - held), last.range.end);
  const shown = vscode.window.visibleTextEditors.find(editor => editor.document === document);
  const editor =
    shown ??
    (await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true }));
  // As the document ends its lines: the editor would write them so anyhow, and the text would be of another length.
  const lineEnd = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const written = text.replace(/\r\n|\r|\n/gu, lineEnd);
  if (!(await editor.edit(edit => edit.replace(place, written)))) {
    throw new EngineError('input-invalid', t('This document cannot be written to.'));
  }
  const caret = document.positionAt(end - held + written.length);
  editor.selection = new vscode.Selection(caret, caret);
  editor.revealRange(new vscode.Range(place.start, caret));
  const whole = before.slice(0, before.length - held) + written;
  const from = document.offsetAt(located[0]?.range.start ?? place.start);
  return {
    modelId: subject.modelId,
    segments: [
      {
        text: whole,
        origin: {
          uri: document.uri.toString(),
          version: document.version,
          pieces: [{ start: 0, length: whole.length, documentOffset: from }],
        },
      },
    ],
    label: `${nameOf(document)}:${caret.line + 1}`,
    cutLength: subject.cutLength,
  };
}
