import * as vscode from 'vscode';
import type { Stretch } from '../subject/sentence';
import { isProse } from '../subject/selection';
import type { Place } from './place';
import { promptWindow } from './promptWindow';

/** So much is read after the caret, in UTF-16 units. */
const reachAfter = 400;

/** A place in a document, and where its text stands there. */
export interface DocumentPlace extends Place {
  /** What of the document is in `before`, line ends as they are. */
  readonly window: Stretch;
}

/**
 * What is around a caret: of a document, however long, only a window is read.
 *
 * @param selected the entry that is chosen in the list of suggestions: text goes on from there.
 */
export function placeAt(
  document: vscode.TextDocument,
  caret: vscode.Position,
  selected?: vscode.SelectedCompletionInfo,
): DocumentPlace {
  const end = document.offsetAt(selected?.range.start ?? caret);
  const read = (from: number, to: number) =>
    document.getText(new vscode.Range(document.positionAt(from), document.positionAt(to)));
  const window = promptWindow({ read }, end);
  const at = document.offsetAt(caret);
  return {
    before: withPlainLineEnds(read(window.start, end)) + (selected?.text ?? ''),
    after: withPlainLineEnds(read(at, at + reachAfter)),
    isProse: isProse(document),
    window,
  };
}

const withPlainLineEnds = (text: string) => text.replaceAll('\r\n', '\n');
