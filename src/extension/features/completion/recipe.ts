import * as vscode from 'vscode';
import { nameOf } from '../../subject/selection';
import type { Piece } from '../../../common/protocol/pages/subject';
import { piecesOf, subjectOfCompletion, withinLength } from './completionSubject';
import type { Recipe } from './explainer';
import type { Offered } from './acceptanceTracker';

/** No document has it: whether the text still stands there is looked at. */
const unknownVersion = -1;

/** A text that was offered, as something to explain: with the places in its document, where they are still so. */
export function recipeOf({ suggestion, place, document, offset }: Offered): Recipe {
  const { request, text, grown, source } = suggestion;
  const { window, before, outside } = place;
  const uri = document.uri.toString();
  const read = (start: number, end: number) =>
    document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
  const origin = (pieces: readonly Piece[]) => ({ uri, version: unknownVersion, pieces });

  // The window may have moved on while the text was typed along: the prompt then begins before it.
  const prompt = request.text ?? '';
  // What stands in the cells above has no place in this document.
  const shift = prompt.length - (before.length - grown) + outside;
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
