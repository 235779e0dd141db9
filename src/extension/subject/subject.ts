import { EngineError } from '../../common/errors';
import type { Piece } from '../../common/protocol/pages/subject';
import { lineAt, paragraphsOf, sentenceAt, trimmed, type Source, type Stretch } from './textSpan';

/** The longest text that is taken, in UTF-16 units, of all selections together. */
export const maxTextLength = 100_000;

/** How far a sentence may reach from the caret, in UTF-16 units. */
const sentenceReach = 10_000;

/** A text and the stretches of the document that it was made from. */
export interface TakenText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export interface Taken {
  /** One text, or sentence A and sentence B. */
  readonly texts: readonly [TakenText] | readonly [TakenText, TakenText];
  /** UTF-16 units left out because the selections were too long. */
  readonly cutLength: number;
}

/** How several texts are taken: two as sentence A and sentence B where a model reads pairs, or all as one. */
export type Joining = 'pair' | 'one';

/**
 * What the person selected, as one text or as a pair of sentences.
 *
 * - One selection is one text; if it is exactly two paragraphs, they are a pair.
 * - Two selections are a pair, in the order of the document.
 * - More selections are one text, joined by line breaks; so are all where `joining` is `one`.
 * - A selection of white space counts for nothing.
 *
 * White space at the ends is left out, and so is what is beyond {@link maxTextLength}.
 * @param selections not empty; may touch but not overlap.
 * @throws EngineError `input-empty` when there is nothing but white space; `input-invalid` when it is not text.
 */
export function takeSelections(
  source: Source,
  selections: readonly Stretch[],
  joining: Joining = 'pair',
): Taken {
  const ordered = selections.toSorted((a, b) => a.start - b.start);
  let room = maxTextLength;
  let cutLength = 0;
  const texts: TakenText[] = [];
  for (const { start, end } of ordered) {
    const text =
      end - start <= room ? source.read(start, end) : readPart(source, start, start + room);
    room -= text.length;
    cutLength += end - start - text.length;
    const kept = trimmed(text, { start: 0, end: text.length });
    if (kept.end > kept.start) {
      texts.push(taken(text.slice(kept.start, kept.end), start + kept.start));
    }
  }
  const [first, second] = texts;
  if (!first) {
    throw new EngineError('input-empty', 'the selection holds nothing but white space');
  }
  texts.forEach(refuseBinary);
  if (!second) {
    return { texts: (joining === 'pair' && paragraphPair(first)) || [first], cutLength };
  }
  const isPair = joining === 'pair' && texts.length === 2;
  return { texts: isPair ? [first, second] : [joined(texts)], cutLength };
}

/** The longest selection that is taken for what follows it, in UTF-16 units: more than the context of any model here. */
export const maxLengthBefore = 20_000;

/** How much is taken before a caret, in UTF-16 units: to read a whole context takes many seconds, which nobody asked for. */
export const maxLengthBeforeCaret = 4_000;

/** How far from a cut a line may begin for the text to begin with it, in UTF-16 units. */
const lineReach = 1000;

/**
 * What stands before an offset, for what may follow it. Nothing is trimmed: white space at its end decides what does.
 *
 * @param from where it may begin at the earliest; of a longer text the end is taken, from the beginning of a line
 *   where one is near.
 * @param longest of the text, in UTF-16 units.
 * @returns one text; `cutLength` counts what stands before it.
 * @throws EngineError `input-empty` when there is nothing, `input-invalid` when it is not text.
 */
export function takeBefore(
  source: Source,
  from: number,
  end: number,
  longest = maxLengthBefore,
): Taken {
  const to = partsPair(source, end) ? end - 1 : end;
  let start = Math.max(from, to - longest);
  if (start > from) {
    start += partsPair(source, start) ? 1 : 0;
    const line = source.read(start, Math.min(to, start + lineReach)).indexOf('\n');
    start += line < 0 ? 0 : line + 1;
  }
  if (start >= to) {
    throw new EngineError('input-empty', 'there is no text before the caret');
  }
  const text = taken(source.read(start, to), start);
  refuseBinary(text);
  return { texts: [text], cutLength: start - from };
}

/** Whether an offset parts a word. */
export const isInWord = (source: Source, offset: number): boolean =>
  offset > 0 && /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]/u.test(source.read(offset - 1, offset + 2));

/**
 * What to look at where nothing is selected: the sentence at the caret, or the line where the document is code.
 *
 * @throws EngineError `input-empty` on a blank line.
 */
export function takeAtCaret(source: Source, caret: number, isProse: boolean): Taken {
  const find = isProse ? sentenceAt : lineAt;
  const { start, end } = find(source, caret, sentenceReach);
  if (start === end) {
    throw new EngineError('input-empty', 'there is no text at the caret');
  }
  const text = taken(source.read(start, end), start);
  refuseBinary(text);
  return { texts: [text], cutLength: 0 };
}

const taken = (text: string, documentOffset: number): TakenText => ({
  text,
  pieces: [{ start: 0, length: text.length, documentOffset }],
});

/** Reads up to a cut, which is moved so as not to part a surrogate pair. */
function readPart(source: Source, start: number, end: number): string {
  const text = source.read(start, end);
  const cutsPair =
    /[\uD800-\uDBFF]$/.test(text) && /^[\uDC00-\uDFFF]/.test(source.read(end, end + 1));
  return cutsPair ? text.slice(0, -1) : text;
}

/** Whether an offset is between the halves of a surrogate pair. */
const partsPair = (source: Source, offset: number) =>
  offset > 0 && /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(source.read(offset - 1, offset + 1));

function paragraphPair({ text, pieces }: TakenText): [TakenText, TakenText] | undefined {
  const [a, b, ...others] = paragraphsOf(text);
  if (!a || !b || others.length > 0) {
    return undefined;
  }
  const offset = pieces[0]?.documentOffset ?? 0;
  return [
    taken(text.slice(a.start, a.end), offset + a.start),
    taken(text.slice(b.start, b.end), offset + b.start),
  ];
}

function joined(texts: readonly TakenText[]): TakenText {
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

/** Bytes shown as text: more than a tenth of it are control characters or stand for bytes that are no character. */
function refuseBinary({ text }: TakenText): void {
  const unreadable = text.match(/[\0-\x08\x0E-\x1A\x1C-\x1F\uFFFD]/gu)?.length ?? 0;
  if (unreadable > text.length / 10) {
    throw new EngineError('input-invalid', 'This looks like a binary file, not like text.');
  }
}
