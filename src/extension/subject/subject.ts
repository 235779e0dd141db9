/** The rules by which a text is taken from a document, at a selection or a caret, or restored after a reload. */
import * as v from 'valibot';
import { EngineError } from '../../common/errors';
import { type Piece, savedSubject, type Subject } from '../../common/protocol/pages/subject';
import { lineAt, partAround, sentenceAt, type TextSource } from './textSpan';
import { paragraphsOf, type TextSpan, trimmed } from '../../common/text/sentences';

/** The longest text that is taken from all selections together, in UTF-16 units. */
export const maxTextLength = 100_000;

/** How far a sentence may reach from the caret, in UTF-16 units. */
const maxSentenceReach = 10_000;

/** A text and the pieces of the document that it was made from. */
export interface Excerpt {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** The texts that were taken for one subject. */
export interface Excerpts {
  /** One text, or sentence A and sentence B. */
  readonly texts: readonly [Excerpt] | readonly [Excerpt, Excerpt];
  /** The UTF-16 units left out because the selections were too long. */
  readonly cutLength: number;
}

/** How several selections are combined: as sentence A and sentence B for a model that reads pairs, or as one text. */
export type Joining = 'pair' | 'one';

/**
 * Takes what the user selected, as one text or as a pair of sentences.
 *
 * - One selection is one text; if it is exactly two paragraphs, they are a pair.
 * - Two selections are a pair, in the order of the document.
 * - More selections are one text, joined by line breaks. With `joining` `one`, all selections are.
 * - A selection of white space is ignored.
 *
 * White space at the ends is left out, and so is everything beyond {@link maxTextLength}.
 *
 * @param selections not empty; they may touch but not overlap.
 * @throws EngineError `input-empty` if there is only white space; `input-invalid` if it is not text.
 */
export function takeSelections(
  source: TextSource,
  selections: readonly TextSpan[],
  joining: Joining = 'pair',
): Excerpts {
  const ordered = selections.toSorted((a, b) => a.start - b.start);
  let room = maxTextLength;
  let cutLength = 0;
  const texts: Excerpt[] = [];
  for (const { start, end } of ordered) {
    const text =
      end - start <= room ? source.read(start, end) : readPart(source, start, start + room);
    room -= text.length;
    cutLength += end - start - text.length;
    const kept = trimmed(text, { start: 0, end: text.length });
    if (kept.end > kept.start) {
      texts.push(excerptOf(text.slice(kept.start, kept.end), start + kept.start));
    }
  }
  const [first, second] = texts;
  if (!first) {
    throw new EngineError('input-empty', 'the selection holds nothing but white space');
  }
  texts.forEach(rejectBinary);
  if (!second) {
    return { texts: (joining === 'pair' && splitParagraphPair(first)) || [first], cutLength };
  }
  const isPair = joining === 'pair' && texts.length === 2;
  return { texts: isPair ? [first, second] : [joinExcerpts(texts)], cutLength };
}

/** The longest selection that is taken to be continued, in UTF-16 units: more than the context of any model here. */
export const maxLengthBefore = 20_000;

/** The longest text taken before a caret, in UTF-16 units. To read a whole context takes many seconds, which nobody asked for. */
export const maxLengthBeforeCaret = 4_000;

/** How far behind a cut the next line may begin for the text to begin there, in UTF-16 units. */
const maxLineReach = 1000;

/**
 * Takes the text before an offset, to predict what follows. Nothing is trimmed: white space at the end changes the
 * prediction.
 *
 * @param from the earliest place where it may begin. Only the end of a longer text is taken, from the beginning of a
 *   line if one is near.
 * @param maxLength of the text, in UTF-16 units.
 * @returns one text; `cutLength` counts the units left out before it.
 * @throws EngineError `input-empty` if there is none, `input-invalid` if it is not text.
 */
export function takeBefore(
  source: TextSource,
  from: number,
  end: number,
  maxLength = maxLengthBefore,
): Excerpts {
  const to = splitsPair(source, end) ? end - 1 : end;
  let start = Math.max(from, to - maxLength);
  if (start > from) {
    start += splitsPair(source, start) ? 1 : 0;
    const line = source.read(start, Math.min(to, start + maxLineReach)).indexOf('\n');
    start += line < 0 ? 0 : line + 1;
  }
  if (start >= to) {
    throw new EngineError('input-empty', 'there is no text before the caret');
  }
  const text = excerptOf(source.read(start, to), start);
  rejectBinary(text);
  return { texts: [text], cutLength: start - from };
}

/** Whether an offset is inside a word. */
export const isInWord = (source: TextSource, offset: number): boolean =>
  offset > 0 && /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]/u.test(source.read(offset - 1, offset + 2));

/**
 * Takes the text at the caret, for when nothing is selected: its sentence, or its line if the document is code.
 *
 * @param maxLength of the text, in UTF-16 units; of a longer one the part around the caret is taken.
 * @throws EngineError `input-empty` on a blank line.
 */
export function takeAtCaret(
  source: TextSource,
  caret: number,
  isProse: boolean,
  maxLength = Infinity,
): Excerpts {
  const whole = spanAtCaret(source, caret, isProse);
  const { start, end } = partAround(source, whole, caret, maxLength);
  if (start === end) {
    throw new EngineError('input-empty', 'there is no text at the caret');
  }
  const text = excerptOf(source.read(start, end), start);
  rejectBinary(text);
  return { texts: [text], cutLength: whole.end - whole.start - text.text.length };
}

/** The sentence at the caret, or its line if the document is code; empty on a blank line. */
export const spanAtCaret = (source: TextSource, caret: number, isProse: boolean): TextSpan =>
  (isProse ? sentenceAt : lineAt)(source, caret, maxSentenceReach);

const excerptOf = (text: string, documentOffset: number): Excerpt => ({
  text,
  pieces: [{ start: 0, length: text.length, documentOffset }],
});

/** Reads up to a cut, which is moved if it would split a surrogate pair. */
function readPart(source: TextSource, start: number, end: number): string {
  const text = source.read(start, end);
  const isSplit =
    /[\uD800-\uDBFF]$/.test(text) && /^[\uDC00-\uDFFF]/.test(source.read(end, end + 1));
  return isSplit ? text.slice(0, -1) : text;
}

/** Whether an offset is between the halves of a surrogate pair. */
const splitsPair = (source: TextSource, offset: number) =>
  offset > 0 && /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(source.read(offset - 1, offset + 1));

function splitParagraphPair({ text, pieces }: Excerpt): [Excerpt, Excerpt] | undefined {
  const [a, b, ...others] = paragraphsOf(text);
  if (!a || !b || others.length > 0) {
    return undefined;
  }
  const offset = pieces[0]?.documentOffset ?? 0;
  return [
    excerptOf(text.slice(a.start, a.end), offset + a.start),
    excerptOf(text.slice(b.start, b.end), offset + b.start),
  ];
}

function joinExcerpts(texts: readonly Excerpt[]): Excerpt {
  const pieces: Piece[] = [];
  let start = 0;
  for (const {
    text,
    pieces: [piece],
  } of texts) {
    if (piece) {
      pieces.push({ ...piece, start });
    }
    start += text.length + 1;
  }
  return { text: texts.map(({ text }) => text).join('\n'), pieces };
}

/** Rejects binary data: more than a tenth of it are control characters or replace bytes that are no character. */
function rejectBinary({ text }: Excerpt): void {
  const unreadable = text.match(/[\0-\x08\x0E-\x1A\x1C-\x1F\uFFFD]/gu)?.length ?? 0;
  if (unreadable > text.length / 10) {
    throw new EngineError('input-invalid', 'This looks like a binary file, not like text.');
  }
}

/** A version that no document has. */
const unknownVersion = -1;

const state = v.object({ subject: savedSubject });

/**
 * Reads the subject from a page's saved state; undefined if the state holds none that can be read.
 *
 * Versions count from 1 again in a new window and say nothing there, so the text itself must be compared.
 */
export function restoredSubject(saved: unknown): Subject | undefined {
  const result = v.safeParse(state, saved);
  if (!result.success) {
    return undefined;
  }
  const { subject } = result.output;
  const withoutVersion = <T extends Subject['segments'][number]>(item: T): T =>
    item.origin ? { ...item, origin: { ...item.origin, version: unknownVersion } } : item;
  const [a, b] = subject.segments;
  return { ...subject, segments: b ? [withoutVersion(a), withoutVersion(b)] : [withoutVersion(a)] };
}
