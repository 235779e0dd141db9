/** What is looked at: a text with its place in a document, and the schema of the same in the saved state of a page. */
import * as v from 'valibot';

/** A stretch of a document that went into a segment's text unchanged. */
export interface Piece {
  /** UTF-16 offset of its first character in the segment's text. */
  readonly start: number;
  /** UTF-16 units. */
  readonly length: number;
  /** UTF-16 offset of its first character in the document. */
  readonly documentOffset: number;
}

/** Where a segment's text came from, so that a token can be shown in the editor. */
interface Origin {
  readonly uri: string;
  /** Of the document when the text was taken; when it has moved on, offsets no longer hold. */
  readonly version: number;
  readonly pieces: readonly Piece[];
}

export interface Segment {
  readonly text: string;
  /** Absent for text that is in no document. */
  readonly origin?: Origin | undefined;
}

/** What is being looked at. */
export interface Subject {
  readonly modelId: string;
  /** One text, or sentence A and sentence B. */
  readonly segments: readonly [Segment] | readonly [Segment, Segment];
  /** For the header: "notes.md:12". */
  readonly label: string;
  /** UTF-16 units of the selection left out because it was too long to take whole; 0 otherwise. */
  readonly cutLength: number;
  /** It is the sentence at the caret, and nobody has selected it: a page may go on with the sentence that the caret is in next. */
  readonly isAtCaret?: boolean | undefined;
  /** Of a text that is to be gone on from: it ends inside a word of the document. */
  readonly endsInWord?: boolean | undefined;
  /** Of a text that is to be gone on from: the whole sentence at the caret, for a model that reads both sides. */
  readonly sentence?: CaretSentence | undefined;
}

/** A sentence, or a line of code, and where in it the caret is, as a UTF-16 offset. */
export interface CaretSentence {
  readonly text: string;
  readonly caret: number;
}

/** A stretch of a segment's text, in UTF-16 offsets. */
export interface TextRange {
  readonly segment: 0 | 1;
  readonly start: number;
  readonly end: number;
}

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const segment = v.object({
  text: v.string(),
  origin: v.optional(
    v.object({
      uri: v.string(),
      // A subject that was restored before has no known version: -1.
      version: v.pipe(v.number(), v.integer(), v.minValue(-1)),
      pieces: v.array(v.object({ start: index, length: index, documentOffset: index })),
    }),
  ),
});

/** The schema of a `Subject` in a page's state, which VS Code restores after a reload. */
export const savedSubject = v.object({
  modelId: v.string(),
  segments: v.union([v.strictTuple([segment]), v.strictTuple([segment, segment])]),
  label: v.string(),
  cutLength: index,
  isAtCaret: v.optional(v.boolean()),
  endsInWord: v.optional(v.boolean()),
  sentence: v.optional(v.object({ text: v.string(), caret: index })),
});
