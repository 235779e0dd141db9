/** Makes a request for an explanation of a completion that was shown, with its places in the document. */
import * as vscode from 'vscode';
import { nameOf } from '../../subject/selection';
import type { Piece } from '../../../common/protocol/pages/subject';
import type { AcceptanceTracker, ShownCompletion } from './acceptanceTracker';
import type { ExplanationRequest } from './explainer';

const { t } = vscode.l10n;

/**
 * The completion to explain: the last one, or the one accepted before it in the same document if the user chooses that.
 *
 * @returns undefined if there is none, or if the user closed the list.
 */
export async function completionToExplain({
  last,
  accepted,
}: Pick<AcceptanceTracker, 'last' | 'accepted'>): Promise<ShownCompletion | undefined> {
  const isOlder =
    accepted !== undefined && accepted.document === last?.document && accepted !== last;
  if (!last || !isOlder) {
    return last;
  }
  const item = (completion: ShownCompletion, description: string) => ({
    label: completion.suggestion.text.trim().split('\n')[0] ?? '',
    description,
    completion,
  });
  const choice = await vscode.window.showQuickPick(
    [item(accepted, t('accepted last')), item(last, t('shown last'))],
    { title: t('Why This Completion?'), placeHolder: t('Choose the text to explain') },
  );
  return choice?.completion;
}

/** A version that no document has: the subject checks whether the text is still there. */
const unknownVersion = -1;

/** A shown completion as a request for its explanation, with its places in the document if they still hold it. */
export function explanationRequestFor({
  suggestion,
  context,
  document,
  offset,
}: ShownCompletion): ExplanationRequest {
  const { request, text, typedSince, source } = suggestion;
  const { window, before, outside } = context;
  const uri = document.uri.toString();
  const read = (start: number, end: number) =>
    document.isClosed
      ? ''
      : document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
  const origin = (pieces: readonly Piece[]) => ({ uri, version: unknownVersion, pieces });

  // The window may have moved while the completion was typed along: then the prompt begins before it.
  const prompt = request.text ?? '';
  // The text of the cells above has no place in this document.
  const shift = prompt.length - (before.length - typedSince) + outside;
  const promptPieces = piecesOf(read(window.start, window.end), window.start).map(piece => ({
    ...piece,
    start: piece.start + shift,
  }));
  const textLength = text.replaceAll('\n', eolOf(document)).length;
  const there = read(offset, offset + textLength);
  const isAccepted = there.replaceAll('\r\n', '\n') === text;
  const line = document.isClosed ? 0 : document.positionAt(offset).line;
  return {
    subject: {
      modelId: request.modelId,
      segments: [
        { text: prompt, origin: origin(withinLength(promptPieces, prompt.length)) },
        { text, origin: isAccepted ? origin(piecesOf(there, offset)) : undefined },
      ],
      label: `${nameOf(document)}:${line + 1}`,
      cutLength: 0,
    },
    request,
    source,
    place: { context, offered: { text, replacedLength: suggestion.replacedLength } },
  };
}

const eolOf = ({ eol }: vscode.TextDocument) => (eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');

/** The places of a text with plain line ends in a document whose line ends may have two characters. */
export function piecesOf(documentText: string, documentOffset: number): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  let from = 0;
  for (;;) {
    const end = documentText.indexOf('\r\n', from);
    const length = (end < 0 ? documentText.length : end) - from;
    pieces.push({ start, length, documentOffset: documentOffset + from });
    if (end < 0) {
      return pieces.filter(piece => piece.length > 0);
    }
    // The line end itself is in no piece, because it differs in the text.
    start += length + 1;
    from = end + 2;
  }
}

/** The pieces of a text after it was cut to a length. */
export const withinLength = (pieces: readonly Piece[], length: number): Piece[] =>
  pieces.flatMap(piece =>
    piece.start < length
      ? [{ ...piece, length: Math.min(piece.length, length - piece.start) }]
      : [],
  );
