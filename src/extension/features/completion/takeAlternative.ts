/** Puts another text into the document in place of a completion. */
import * as vscode from 'vscode';
import { EngineError } from '../../../common/errors';
import type { Subject } from '../../../common/protocol/pages/subject';
import type { SubjectAnchor } from '../../subject/subjectAnchor';
import type { OfferPlace } from './alternativeOffer';
import type { Fit } from './balance';
import { piecesOf } from './explanationRequest';

const { t } = vscode.l10n;

/** The longest text before a completion by which its place is known again, in UTF-16 units. */
const maxCheckedLength = 200;

/** Where a text is to stand. */
interface ReplacedRange {
  readonly document: vscode.TextDocument;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** Whether the completion stands there, so that what it swallowed behind it is no longer there. */
  readonly isAccepted: boolean;
}

/**
 * Replaces a completion that was accepted, or inserts the text where one was offered; one step of undo.
 *
 * @returns the subject with the new text; undefined if the document has changed there.
 * @throws EngineError `input-invalid` if the document cannot be opened or written to.
 */
export async function takeAlternative(
  subject: Subject,
  anchor: SubjectAnchor,
  { place, offer }: { readonly place: OfferPlace; readonly offer: Fit },
  column: vscode.ViewColumn,
): Promise<Subject | undefined> {
  const range = await rangeOf(subject, anchor, place);
  if (!range) {
    return undefined;
  }
  const { document, start, isAccepted } = range;
  const { offered, context } = place;
  // The offer that was accepted may have replaced more of what follows than this one does, or less.
  const missing = isAccepted
    ? context.after.slice(offer.replacedLength, offered.replacedLength)
    : '';
  const further = Math.max(0, offer.replacedLength - (isAccepted ? offered.replacedLength : 0));
  const lineEnd = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const text = (offer.text + missing).replaceAll('\n', lineEnd);
  const shown = vscode.window.visibleTextEditors.find(editor => editor.document === document);
  const editor =
    shown ??
    (await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true }));
  const replaced = new vscode.Range(
    document.positionAt(start),
    document.positionAt(range.end + further),
  );
  if (!(await editor.edit(edit => edit.replace(replaced, text)))) {
    throw new EngineError('input-invalid', t('This document cannot be written to.'));
  }
  const taken = offer.text.replaceAll('\n', lineEnd);
  const caret = document.positionAt(start + taken.length);
  editor.selection = new vscode.Selection(caret, caret);
  editor.revealRange(new vscode.Range(replaced.start, caret));
  return {
    ...subject,
    segments: [
      subject.segments[0],
      {
        text: offer.text,
        origin: {
          uri: document.uri.toString(),
          version: document.version,
          pieces: piecesOf(taken, start),
        },
      },
    ],
  };
}

/** Where the completion stands, or would stand if it were accepted now. */
async function rangeOf(
  { segments: [prompt, completion] }: Subject,
  anchor: SubjectAnchor,
  { context, offered }: OfferPlace,
): Promise<ReplacedRange | undefined> {
  const there = await anchor.locateOrOpen({ segment: 0, start: 0, end: prompt.text.length });
  const last = there.at(-1);
  if (!last) {
    return undefined;
  }
  const { document } = last;
  const accepted = anchor.locate({
    segment: 1,
    start: 0,
    end: completion?.text.length ?? 0,
  });
  const [first] = accepted;
  if (first) {
    const end = accepted.at(-1)?.range.end ?? first.range.end;
    return {
      document,
      start: document.offsetAt(first.range.start),
      end: document.offsetAt(end),
      isAccepted: true,
    };
  }
  // It was only offered: what was typed along it since the model wrote it stands between the prompt and the caret.
  const before = context.before.slice(-maxCheckedLength);
  const from = document.offsetAt(last.range.end);
  const near = document.getText(
    new vscode.Range(
      last.range.end,
      document.positionAt(from + offered.text.length + before.length),
    ),
  );
  for (let typed = 0; typed <= near.length; typed++) {
    const start = from + typed;
    const written = plainText(document, Math.max(0, start - 2 * before.length), start);
    const after = plainText(document, start, start + maxCheckedLength);
    const [rest = ''] = context.after.split('\n');
    const isLineEnd = after === rest || after.startsWith(`${rest}\n`);
    if (written.endsWith(before) && isLineEnd) {
      return { document, start, end: start, isAccepted: false };
    }
  }
  return undefined;
}

const plainText = (document: vscode.TextDocument, start: number, end: number): string =>
  document
    .getText(new vscode.Range(document.positionAt(start), document.positionAt(end)))
    .replaceAll('\r\n', '\n');
