/** Splits a document into chunks that a model scores one by one, and says what edits do to them. */
import type { TextSource } from '../../subject/textSpan';
import type { TextSpan } from '../../../common/text/sentences';
import type { Scope } from './scope';
import { rulerStep, type ScoredToken, stepOf, type Sums, sumsOf } from './scoredTokens';

/** A chunk of a document, and what is known of its tokens. */
export interface Chunk extends Scope {
  /**
   * The tokens of the chunk without `lead` and `trail`; offsets count from `start`. In a chunk that is not settled they
   * are those known so far, or those from before an edit.
   */
  readonly tokens: readonly ScoredToken[];
  /** Whether all of the chunk is scored as the text is now. */
  readonly isSettled: boolean;
  readonly sums: Sums;
  /** Its most surprising tokens, in that order. They are found once, because a long document is painted often. */
  readonly mostSurprising: readonly ScoredToken[];
}

/** The number of most surprising tokens that a chunk keeps for the overview ruler. */
const maxRulerTokens = 100;

/** An edit, in offsets of the text before it. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  /** The length of the new text. */
  readonly length: number;
}

/** Makes a chunk, and finds its sums and most surprising tokens. */
export const chunkOf = (
  { start, end, lead = 0, trail = 0 }: TextSpan & Partial<Scope>,
  tokens: readonly ScoredToken[] = [],
  isSettled = false,
): Chunk => ({
  ...{ start, end, lead, trail, tokens, isSettled },
  sums: sumsOf(tokens),
  mostSurprising: tokens
    .filter(({ bits = 0 }) => stepOf(bits) >= rulerStep)
    .sort((a, b) => (b.bits ?? 0) - (a.bits ?? 0))
    .slice(0, maxRulerTokens),
});

/**
 * Replaces the tokens at the beginning of a chunk by new ones, and keeps the old ones behind them, so that the paint does
 * not flicker.
 *
 * @param fresh the new tokens, from the beginning of the chunk.
 */
export function withNewTokens(
  chunk: Chunk,
  fresh: readonly ScoredToken[],
  isSettled: boolean,
): Chunk {
  const end = fresh.at(-1)?.end ?? 0;
  const rest = isSettled ? [] : chunk.tokens.filter(token => token.start >= end);
  const last = chunk.end - chunk.start - chunk.trail;
  const kept = fresh.filter(token => token.end > chunk.lead && token.start < last);
  return chunkOf(chunk, [...kept, ...rest], isSettled);
}

/** Makes the chunks of one scope, in order. Only the first has its lead, and only the last its trail. */
export function* chunksOf(scope: Scope, spans: Iterable<TextSpan>): Generator<Chunk> {
  for (const { start, end } of spans) {
    const lead = start === scope.start ? scope.lead : 0;
    const trail = end === scope.end ? scope.trail : 0;
    yield chunkOf({ start, end, lead, trail });
  }
}

/**
 * Updates the chunks after an edit. Those that it touched become one, which is scored again from the edit on. So is the
 * next one if the edit is near enough to be part of its context. All later ones are moved.
 *
 * @param chunks in order and without overlap.
 * @param reach how far before a chunk its context may begin.
 */
export function chunksAfterEdit(
  chunks: readonly Chunk[],
  edit: TextEdit,
  reach: number,
): readonly Chunk[] {
  const delta = edit.length - (edit.end - edit.start);
  const isTouched = ({ start, end }: Chunk) => start <= edit.end && edit.start <= end;
  const first = chunks.findIndex(isTouched);
  if (first < 0) {
    // The edit is outside of all chunks, before or behind them.
    return chunks.map(chunk =>
      edit.end < chunk.start ? movedChunk(chunk, delta, edit, reach) : chunk,
    );
  }
  // Text typed where two chunks meet belongs to the one before.
  const last = Math.max(
    first,
    chunks.findLastIndex(chunk => isTouched(chunk) && chunk.start < Math.max(edit.end, edit.start)),
  );
  const touched = chunks.slice(first, last + 1);
  const start = Math.min(touched[0]!.start, edit.start);
  const end = Math.max(touched.at(-1)!.end, edit.end) + delta;
  const tokens = touched.flatMap(chunk =>
    chunk.tokens.flatMap((token): ScoredToken[] => {
      const from = chunk.start + token.start;
      const to = chunk.start + token.end;
      const shift = from >= edit.end ? delta : 0;
      return to <= edit.start || from >= edit.end
        ? [{ ...token, start: from + shift - start, end: to + shift - start }]
        : [];
    }),
  );
  return [
    ...chunks.slice(0, first),
    // Text typed in the lead or trail is shown from now on.
    chunkOf(
      {
        ...{ start, end },
        lead: edit.start < touched[0]!.start + touched[0]!.lead ? 0 : touched[0]!.lead,
        trail: edit.end > touched.at(-1)!.end - touched.at(-1)!.trail ? 0 : touched.at(-1)!.trail,
      },
      tokens,
    ),
    ...chunks.slice(last + 1).map(chunk => movedChunk(chunk, delta, edit, reach)),
  ];
}

function movedChunk(chunk: Chunk, delta: number, edit: TextEdit, reach: number): Chunk {
  return {
    ...chunk,
    start: chunk.start + delta,
    end: chunk.end + delta,
    isSettled: chunk.isSettled && chunk.start - edit.end > reach,
  };
}

/** Finds the chunks that overlap or touch a span, in order. */
export function chunksIn(chunks: readonly Chunk[], { start, end }: TextSpan): readonly Chunk[] {
  // This is a binary search: a long document has thousands of chunks, and each scroll asks.
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunks[middle]!.end < start) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const found: Chunk[] = [];
  for (let index = low; index < chunks.length && chunks[index]!.start <= end; index++) {
    found.push(chunks[index]!);
  }
  return found;
}

/** Chooses the chunk to score next: the first of those not settled that are nearest to what is visible. */
export function nextChunk(
  chunks: readonly Chunk[],
  visible: readonly TextSpan[],
): Chunk | undefined {
  let best: { readonly chunk: Chunk; readonly distance: number } | undefined;
  for (const chunk of chunks) {
    if (!chunk.isSettled) {
      const distance = Math.min(...visible.map(span => distanceOf(chunk, span)), Infinity);
      if (!best || distance < best.distance) {
        best = { chunk, distance };
      }
    }
  }
  return best?.chunk;
}

/** The distance between two spans; 0 if they touch. */
export const distanceOf = (a: TextSpan, b: TextSpan): number =>
  Math.max(0, a.start - b.end, b.start - a.end);

/** The approximate length of a chunk, in UTF-16 units: some 600 tokens of English. */
export const chunkLength = 2400;
/** How far behind that a good place to cut is searched, in UTF-16 units. */
const reach = 600;
/** The approximate length of the context before a chunk, in UTF-16 units: some 250 tokens of English. */
export const contextLength = 1000;

/**
 * Splits a text into chunks that are scored one by one. They do not depend on what is scored first, so that every token
 * has the same context whenever it is scored.
 *
 * A cut is before white space, where none of our tokenizers joins characters; at the end of a line if one is near.
 */
export function* chunkSpans(source: TextSource, { start, end }: TextSpan): Generator<TextSpan> {
  let from = start;
  while (end - from > chunkLength + reach) {
    const to = cutAfter(source, from + chunkLength);
    yield { start: from, end: to };
    from = to;
  }
  yield { start: from, end };
}

/** Finds the context before a chunk, in whole words. */
export function contextOf(source: TextSource, { start }: TextSpan): TextSpan {
  const from = Math.max(0, start - contextLength);
  const text = source.read(from, start);
  // If the context begins inside a line, it begins between two words of it, if there are any.
  const begin = from === 0 ? 0 : text.search(/\s\S/u);
  return { start: from + Math.max(0, begin), end: start };
}

function cutAfter(source: TextSource, offset: number): number {
  const text = source.read(offset, offset + reach);
  const lineEnd = text.search(/[^\S\r\n]*\r?\n/u);
  const place = lineEnd >= 0 ? lineEnd : Math.max(0, text.search(/\s/u));
  // The cut is never between the halves of a surrogate pair.
  const isHalf = place === 0 && /^[\uDC00-\uDFFF]/.test(text);
  return offset + place + (isHalf ? 1 : 0);
}
