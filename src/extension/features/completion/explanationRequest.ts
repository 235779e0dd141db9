/** What was shown at a caret, as something to explain. */

import * as vscode from 'vscode';
import { nameOf } from '../../subject/selection';
import type { Origin, Piece, Subject } from '../../../common/protocol/pages/subject';
import type { ShownCompletion } from './acceptanceTracker';
import type { ExplanationRequest } from './explainer';
import type { CompletionRequest } from './suggester';

/** No document has it: whether the text still stands there is looked at. */
const unknownVersion = -1;

/** A text that was offered, as something to explain: with the places in its document, where they are still so. */
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
    document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
  const origin = (pieces: readonly Piece[]) => ({ uri, version: unknownVersion, pieces });

  // The window may have moved on while the text was typed along: the prompt then begins before it.
  const prompt = request.text ?? '';
  // What stands in the cells above has no place in this document.
  const shift = prompt.length - (before.length - typedSince) + outside;
  const promptPieces = document.isClosed
    ? []
    : withinLength(
        piecesOf(read(window.start, window.end), window.start).map(piece => ({
          ...piece,
          start: piece.start + shift,
        })),
        prompt.length,
      );
  const textLength = text.replaceAll('\n', eolOf(document)).length;
  const there = document.isClosed ? '' : read(offset, offset + textLength);
  const isTaken = there.replaceAll('\r\n', '\n') === text;
  const line = document.isClosed ? 0 : document.positionAt(offset).line;
  return {
    subject: subjectOfCompletion(request, text, `${nameOf(document)}:${line + 1}`, {
      prompt: origin(promptPieces),
      text: isTaken ? origin(piecesOf(there, offset)) : undefined,
    }),
    request,
    source,
  };
}

const eolOf = ({ eol }: vscode.TextDocument) => (eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');

/** Where a text with plain line ends stands in a document whose line ends may be of two characters. */
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
    // The line end itself is in no piece: it reads otherwise here.
    start += length + 1;
    from = end + 2;
  }
}

/** Pieces no longer than a text that was cut at its end. */
export const withinLength = (pieces: readonly Piece[], length: number): Piece[] =>
  pieces.flatMap(piece =>
    piece.start < length
      ? [{ ...piece, length: Math.min(piece.length, length - piece.start) }]
      : [],
  );

/** A completion as something to look at: what the model read, and what was offered. */
export function subjectOfCompletion(
  request: CompletionRequest,
  text: string,
  label: string,
  origins: { readonly prompt: Origin; readonly text: Origin | undefined },
): Subject {
  return {
    modelId: request.modelId,
    segments: [
      { text: request.text ?? '', origin: origins.prompt },
      { text, origin: origins.text },
    ],
    label,
    cutLength: 0,
  };
}
