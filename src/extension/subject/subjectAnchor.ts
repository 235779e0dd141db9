import * as vscode from 'vscode';
import { Disposable } from '../workbench/dispose';
import { movedPieces, toDocument, toSegment, widened } from './pieces';
import type { Stretch } from './textSpan';
import { EngineError } from '../../common/errors';
import type { Piece, Subject, TextRange } from '../../common/protocol/pages/subject';

/** A stretch of an open document. */
export interface Located {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

/** A segment in its document. */
interface Anchored {
  readonly uri: string;
  readonly text: string;
  /** Of the text. */
  readonly parts: readonly Pick<Piece, 'start' | 'length'>[];
  /** As they stand in the document now; undefined while the text there is another. */
  pieces: readonly Piece[] | undefined;
  /** The same while they are known, else where each was and may come back. */
  places: readonly Stretch[];
}

/**
 * Knows where a subject's text stands in its document, also after edits elsewhere in it.
 * An edit of the text itself, or of a document that was closed meanwhile, makes it stale, until the text is as it was.
 */
export class SubjectAnchor extends Disposable {
  readonly #segments: readonly (Anchored | undefined)[];
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  /** Fires when the text can no longer be found in its document, and when it is there again. */
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
      const places = pieces.map(placeOf);
      const isThere = !document || document.version === version;
      const anchored = { uri, text, parts: pieces, places };
      return { ...anchored, pieces: isThere ? pieces : found(document, anchored) };
    });
    this.#isStale = this.#hasLost;
    this.register(vscode.workspace.onDidChangeTextDocument(event => this.#follow(event)));
    this.register(vscode.workspace.onDidOpenTextDocument(document => this.#check(document)));
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
      if (segment?.uri !== uri || contentChanges.length === 0) {
        continue;
      }
      const moved = segment.pieces && movedPieces(segment.pieces, contentChanges);
      if (moved) {
        segment.pieces = moved;
        segment.places = moved.map(placeOf);
      } else {
        segment.places = segment.places.map(place => widened(place, contentChanges));
        segment.pieces = found(document, segment);
      }
    }
    this.#tell();
  }

  /** A document that was closed may come back changed. */
  #check(document: vscode.TextDocument): void {
    const uri = document.uri.toString();
    for (const segment of this.#segments) {
      if (segment?.uri === uri) {
        segment.pieces = found(document, segment);
      }
    }
    this.#tell();
  }

  get #hasLost(): boolean {
    return this.#segments.some(segment => segment && !segment.pieces);
  }

  #tell(): void {
    const isStale = this.#hasLost;
    if (this.#isStale !== isStale) {
      this.#isStale = isStale;
      this.#changed.fire();
    }
  }
}

const openDocument = (uri: string) =>
  vscode.workspace.textDocuments.find(document => document.uri.toString() === uri);

const placeOf = ({ documentOffset, length }: Piece): Stretch => ({
  start: documentOffset,
  end: documentOffset + length,
});

/** The pieces where their text stands, each looked for in its place; undefined where one is not there. */
function found(
  document: vscode.TextDocument,
  { text, parts, places }: Omit<Anchored, 'pieces'>,
): readonly Piece[] | undefined {
  const pieces = parts.flatMap(({ start, length }, index) => {
    const place = places[index] ?? { start: 0, end: 0 };
    const range = new vscode.Range(
      document.positionAt(place.start),
      document.positionAt(place.end),
    );
    const at = document.getText(range).indexOf(text.slice(start, start + length));
    return at < 0 ? [] : [{ start, length, documentOffset: place.start + at }];
  });
  return pieces.length === parts.length ? pieces : undefined;
}
