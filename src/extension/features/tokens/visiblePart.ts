import * as vscode from 'vscode';

/** Lines above and below what is visible, so that scrolling a little finds them painted. */
const margin = 60;
/** UTF-16 units; of a longer stretch the beginning is painted. A minified file has lines of megabytes. */
const longest = 60_000;

/** The part of a document to be cut into tokens for an editor. */
export interface VisiblePart {
  readonly text: string;
  /** UTF-16 offset of its first character in the document. */
  readonly start: number;
}

/**
 * What an editor shows, with whole lines around it. It begins where a line does, so that it is cut as the whole
 * document would be, but for white space that a tokenizer joins over the cut.
 */
export function visiblePart({ document, visibleRanges }: vscode.TextEditor): VisiblePart {
  const lines = visibleRanges.flatMap(({ start, end }) => [start.line, end.line]);
  const first = Math.max(0, Math.min(...lines) - margin);
  const last = Math.min(document.lineCount - 1, Math.max(...lines, 0) + margin);
  const start = document.offsetAt(new vscode.Position(Number.isFinite(first) ? first : 0, 0));
  const end = Math.min(document.offsetAt(document.lineAt(last).range.end), start + longest);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  return { text: document.getText(range), start };
}
