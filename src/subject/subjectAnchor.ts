import * as vscode from 'vscode';
import { Disposable } from '../dispose';
import { movedPieces, toDocument, toSegment } from './pieces';
import { EngineError } from '../shared/errors';
import type { Piece, Subject, TextRange } from '../shared/pageApi';

/** A stretch of an open document. */
export interface Located {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

/** One segment's pieces, as they stand in the document now; undefined once they cannot be followed. */
interface Anchored {
  readonly uri: string;
  pieces: readonly Piece[] | undefined;
}

/**
 * Knows where a subject's text stands in its document, also after edits elsewhere in it.
 * An edit of the text itself, or of a document that was closed meanwhile, makes it stale.
 */
export class SubjectAnchor extends Disposable {
  readonly #segments: readonly (Anchored | undefined)[];
  readonly #stale = this.register(new vscode.EventEmitter<void>());
  /** Fires once, when the text can no longer be found in its document. */
  readonly onStale = this.#stale.event;
  #isStale = false;

  constructor(private readonly subject: Subject) {
    super();
    this.#segments = subject.segments.map(({ text, origin }) => {
      if (!origin) {
        return undefined;
      }
      const document = openDocument(origin.uri);
      const isThere =
        !document ||
        document.version === origin.version ||
        stillHolds(document, text, origin.pieces);
      return { uri: origin.uri, pieces: isThere ? origin.pieces : undefined };
    });
    this.#isStale = this.#segments.some(segment => segment && !segment.pieces);
    this.register(vscode.workspace.onDidChangeTextDocument(event => this.#follow(event)));
    this.register(
      vscode.workspace.onDidOpenTextDocument(document => this.#check(document, subject)),
    );
  }

  /** The text has changed since it was taken. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** Of the first segment. */
  get uri(): vscode.Uri | undefined {
    const uri = this.#segments[0]?.uri;
    return uri === undefined ? undefined : vscode.Uri.parse(uri, true);
  }

  /** Where a stretch of a segment stands; nothing where its text has changed or its document is not open. */
  locate({ segment, start, end }: TextRange): Located[] {
    const anchored = this.#segments[segment];
    const document = anchored && openDocument(anchored.uri);
    if (!document || !anchored.pieces) {
      return [];
    }
    return toDocument(anchored.pieces, { start, end }).map(stretch => ({
      document,
      range: new vscode.Range(document.positionAt(stretch.start), document.positionAt(stretch.end)),
    }));
  }

  /**
   * The same, of a document that was closed meanwhile too: it is opened again.
   *
   * @throws EngineError `input-invalid` when it cannot be.
   */
  async reach(range: TextRange): Promise<Located[]> {
    const uri = this.#segments[range.segment]?.uri;
    if (uri !== undefined && !openDocument(uri)) {
      const gone = vscode.l10n.t('{0} cannot be opened any more.', this.subject.label);
      // Opening one that was never saved would make an empty one of its name.
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

  /** The segment and offsets of a stretch of a document, as far as it begins in the subject's text. */
  find(document: vscode.TextDocument, range: vscode.Range): TextRange | undefined {
    const uri = document.uri.toString();
    for (const segment of [0, 1] as const) {
      const anchored = this.#segments[segment];
      if (anchored?.uri !== uri || !anchored.pieces) {
        continue;
      }
      const start = toSegment(anchored.pieces, document.offsetAt(range.start));
      const end = toSegment(anchored.pieces, document.offsetAt(range.end));
      if (start !== undefined) {
        return { segment, start, end: Math.max(start, end ?? start) };
      }
    }
    return undefined;
  }

  #follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const uri = document.uri.toString();
    for (const segment of this.#segments) {
      if (segment?.pieces && segment.uri === uri && contentChanges.length > 0) {
        segment.pieces = movedPieces(segment.pieces, contentChanges);
      }
    }
    this.#tellIfStale();
  }

  /** A document that was closed may come back changed. */
  #check(document: vscode.TextDocument, { segments }: Subject): void {
    const uri = document.uri.toString();
    this.#segments.forEach((segment, i) => {
      const text = segments[i]?.text;
      if (segment?.pieces && segment.uri === uri && text !== undefined) {
        segment.pieces = stillHolds(document, text, segment.pieces) ? segment.pieces : undefined;
      }
    });
    this.#tellIfStale();
  }

  #tellIfStale(): void {
    if (!this.#isStale && this.#segments.some(segment => segment && !segment.pieces)) {
      this.#isStale = true;
      this.#stale.fire();
    }
  }
}

const openDocument = (uri: string) =>
  vscode.workspace.textDocuments.find(document => document.uri.toString() === uri);

const stillHolds = (document: vscode.TextDocument, text: string, pieces: readonly Piece[]) =>
  pieces.every(
    ({ start, length, documentOffset }) =>
      document.getText(
        new vscode.Range(
          document.positionAt(documentOffset),
          document.positionAt(documentOffset + length),
        ),
      ) === text.slice(start, start + length),
  );
