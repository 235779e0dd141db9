/** "Show Next Tokens": predicts what follows the text before the caret, or the selection, and inserts what was generated. */
import * as vscode from 'vscode';
import { nextTokensModel } from '../../modelCatalog/bundledModels';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import { type PageOwner, startText } from '../../panels/hostApi';
import type { Panels } from '../../panels/panels';
import { nameOf, type Purpose } from '../../subject/selection';
import type { SubjectTaker } from '../../subject/subjectTaker';
import type { ErrorReporter } from '../../workbench/errorReporter';
import { EngineError } from '../../../common/errors';
import type { Subject } from '../../../common/protocol/pages/subject';
import type { SubjectAnchor } from '../../subject/subjectAnchor';

const purpose: Purpose = { modelId: nextTokensModel, joining: 'before' };

export interface NextTokensParts {
  readonly models: ModelCatalog;
  readonly panels: Panels<'next'>;
  readonly taker: SubjectTaker;
  readonly reporter: ErrorReporter;
}

/** Serves the page. @returns the command. */
export function createNextTokens({ models, panels, taker, reporter }: NextTokensParts) {
  const show = () => taker.take(purpose, subject => panels.show(subject));
  panels.serve({
    showSelection: show,
    serve: owner => ({
      start: () => startText(models, owner),
      insert: inserted => reporter.attempt(() => insertIntoDocument(owner, inserted)),
    }),
  });
  return show;
}

const { t } = vscode.l10n;

/** The text to insert, and where to show it. */
export interface Insertion {
  readonly text: string;
  /** The number of UTF-16 units at the end of the subject's text that the text replaces. */
  readonly held: number;
  /** The column to open the document in, if no editor shows it. */
  readonly column: vscode.ViewColumn;
}

/**
 * Inserts the text of a page right after its subject, which becomes longer.
 *
 * @returns the longer subject; undefined if its text is no longer in the document, which the panel then shows.
 * @throws EngineError as `insertAfter`.
 */
async function insertIntoDocument(
  owner: PageOwner,
  insertion: Pick<Insertion, 'text' | 'held'>,
): Promise<Subject | undefined> {
  const { subject, anchor, documentColumn: column } = owner;
  const longer =
    subject && anchor ? await insertAfter(subject, anchor, { ...insertion, column }) : undefined;
  if (longer) {
    owner.onLonger(longer);
  } else if (anchor?.isStale) {
    owner.onStaleUse();
  }
  return longer;
}

/**
 * Inserts text right after a subject's first text, as one step that can be undone, and puts the caret behind it.
 *
 * @returns the subject with the inserted text at its end; undefined if its text is no longer in the document.
 * @throws EngineError `input-invalid` if the document cannot be opened or written to.
 */
export async function insertAfter(
  subject: Subject,
  anchor: SubjectAnchor,
  { text, held, column }: Insertion,
): Promise<Subject | undefined> {
  const [{ text: before }] = subject.segments;
  const ranges = await anchor.locateOrOpen({ segment: 0, start: 0, end: before.length });
  const last = ranges.at(-1);
  if (!last) {
    return undefined;
  }
  const { document } = last;
  const end = document.offsetAt(last.range.end);
  const replaced = new vscode.Range(document.positionAt(end - held), last.range.end);
  const visible = vscode.window.visibleTextEditors.find(editor => editor.document === document);
  const editor =
    visible ??
    (await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true }));
  // The line ends are those of the document: the editor converts them anyway, and the length of the text would change.
  const lineEnd = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const inserted = text.replace(/\r\n|\r|\n/gu, lineEnd);
  if (!(await editor.edit(edit => edit.replace(replaced, inserted)))) {
    throw new EngineError('input-invalid', t('This document cannot be written to.'));
  }
  const caret = document.positionAt(end - held + inserted.length);
  editor.selection = new vscode.Selection(caret, caret);
  editor.revealRange(new vscode.Range(replaced.start, caret));
  const whole = before.slice(0, before.length - held) + inserted;
  const from = document.offsetAt(ranges[0]?.range.start ?? replaced.start);
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
