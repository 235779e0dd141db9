/** Follows a subject's text through edits of its document. */
import * as vscode from 'vscode';
import { Disposable } from '../workbench/dispose';
import { movedPieces, documentSpansOf, segmentOffsetOf, searchSpanAfter } from './pieces';
import type { TextSpan } from '../../common/text/sentences';
import { EngineError } from '../../common/errors';
import type { Piece, Subject, TextRange } from '../../common/protocol/pages/subject';

/** A range of an open document. */
export interface DocumentRange {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

/** A segment in its document. */
interface AnchoredSegment {
  readonly uri: string;
  readonly text: string;
  /** Where each piece is in the text. */
  readonly parts: readonly Pick<Piece, 'start' | 'length'>[];
  /** The pieces as they are in the document now; undefined while the text there differs. */
  pieces: readonly Piece[] | undefined;
  /** The document spans of the pieces while these are known, otherwise where each was and may come back. */
  spans: readonly TextSpan[];
}

/**
 * Knows where a subject's text is in its document, also after edits elsewhere in it.
 * An edit of the text itself, or of a document that was closed meanwhile, makes it stale until the text is as it was.
 */
export class SubjectAnchor extends Disposable {
  readonly #segments: readonly (AnchoredSegment | undefined)[];
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  /** Fires when the text is no longer found in its document, and when it is found again. */
  readonly onDidChange = this.#changed.event;
  #isStale = false;

  constructor(private readonly subject: Subject) {
    super();
    this.#segments = subject.segments.map(({ text, origin }) => {
      if (!origin) {
        return undefined;
      }
      const { uri, version, pieces } = origin;
      const document = openDocument(uri);
      const spans = pieces.map(spanOf);
      const isThere = !document || document.version === version;
      const anchored = { uri, text, parts: pieces, spans };
      return { ...anchored, pieces: isThere ? pieces : findPieces(document, anchored) };
    });
    this.#isStale = this.#isTextLost;
    this.register(vscode.workspace.onDidChangeTextDocument(event => this.#follow(event)));
    this.register(vscode.workspace.onDidOpenTextDocument(document => this.#check(document)));
  }

  /** Whether the text has changed since it was taken. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** The address of the first segment's document. */
  get uri(): vscode.Uri | undefined {
    const uri = this.#segments[0]?.uri;
    return uri === undefined ? undefined : vscode.Uri.parse(uri, true);
  }

  /** Finds a range of a segment in its document; empty if the text has changed or the document is not open. */
  locate({ segment, start, end }: TextRange): DocumentRange[] {
    const anchored = this.#segments[segment];
    const document = anchored && openDocument(anchored.uri);
    if (!document || !anchored.pieces) {
      return [];
    }
    return documentSpansOf(anchored.pieces, { start, end }).map(span => ({
      document,
      range: new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)),
    }));
  }

  /**
   * Finds a range of a segment as {@link locate} does, and opens its document again if that was closed meanwhile.
   *
   * @throws EngineError `input-invalid` if the document cannot be opened.
   */
  async locateOrOpen(range: TextRange): Promise<DocumentRange[]> {
    const uri = this.#segments[range.segment]?.uri;
    if (uri !== undefined && !openDocument(uri)) {
      const gone = vscode.l10n.t('{0} cannot be opened any more.', this.subject.label);
      // To open one that was never saved would create an empty document of its name.
      if (uri.startsWith('untitled:')) {
        throw new EngineError('input-invalid', gone);
      }
      try {
        await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
      } catch (cause) {
        throw new EngineError('input-invalid', gone, { cause });
      }
    }
    return this.locate(range);
  }

  /** Translates a range of a document to a segment and offsets; undefined if it does not begin in the subject's text. */
  find(document: vscode.TextDocument, range: vscode.Range): TextRange | undefined {
    const uri = document.uri.toString();
    for (const segment of [0, 1] as const) {
      const anchored = this.#segments[segment];
      if (anchored?.uri !== uri || !anchored.pieces) {
        continue;
      }
      const start = segmentOffsetOf(anchored.pieces, document.offsetAt(range.start));
      const end = segmentOffsetOf(anchored.pieces, document.offsetAt(range.end));
      if (start !== undefined) {
        return { segment, start, end: Math.max(start, end ?? start) };
      }
    }
    return undefined;
  }

  #follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const uri = document.uri.toString();
    for (const segment of this.#segments) {
      if (segment?.uri !== uri || contentChanges.length === 0) {
        continue;
      }
      const moved = segment.pieces && movedPieces(segment.pieces, contentChanges);
      if (moved) {
        segment.pieces = moved;
        segment.spans = moved.map(spanOf);
      } else {
        segment.spans = segment.spans.map(span => searchSpanAfter(span, contentChanges));
        segment.pieces = findPieces(document, segment);
      }
    }
    this.#updateStaleness();
  }

  /** A document that was closed may come back changed. */
  #check(document: vscode.TextDocument): void {
    const uri = document.uri.toString();
    for (const segment of this.#segments) {
      if (segment?.uri === uri) {
        segment.pieces = findPieces(document, segment);
      }
    }
    this.#updateStaleness();
  }

  get #isTextLost(): boolean {
    return this.#segments.some(segment => segment && !segment.pieces);
  }

  #updateStaleness(): void {
    const isStale = this.#isTextLost;
    if (this.#isStale !== isStale) {
      this.#isStale = isStale;
      this.#changed.fire();
    }
  }
}

const openDocument = (uri: string) =>
  vscode.workspace.textDocuments.find(document => document.uri.toString() === uri);

const spanOf = ({ documentOffset, length }: Piece): TextSpan => ({
  start: documentOffset,
  end: documentOffset + length,
});

/** Searches the text of each piece in its span of the document; undefined if one is not found. */
function findPieces(
  document: vscode.TextDocument,
  { text, parts, spans }: Omit<AnchoredSegment, 'pieces'>,
): readonly Piece[] | undefined {
  const pieces = parts.flatMap(({ start, length }, index) => {
    const span = spans[index] ?? { start: 0, end: 0 };
    const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
    const at = document.getText(range).indexOf(text.slice(start, start + length));
    return at < 0 ? [] : [{ start, length, documentOffset: span.start + at }];
  });
  return pieces.length === parts.length ? pieces : undefined;
}
