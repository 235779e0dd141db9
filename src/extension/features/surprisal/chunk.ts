import type { Stretch } from '../../subject/textSpan';
import type { Scope } from './scope';
import { sumsOf, type ScoredToken } from './scoredTokens';
import { rulerStep, stepOf, type Sums } from './bits';

/** A stretch of a document and what is known of its tokens. */
export interface Chunk extends Scope {
  /** Of what is looked at; offsets from `start`. Of a part that is not settled what is known so far, or was true before an edit. */
  readonly tokens: readonly ScoredToken[];
  /** Whether all of it is scored as the text is now. */
  readonly isSettled: boolean;
  readonly sums: Sums;
  /** Its most surprising tokens, these first: found once, and not at each look at a long document. */
  readonly worst: readonly ScoredToken[];
}

/** More of one stretch are not looked for. */
const maxRulerTokens = 100;

/** An edit, in offsets of the text before it. */
export interface Change {
  readonly start: number;
  readonly end: number;
  /** Length of what stands there now. */
  readonly length: number;
}

export const chunkOf = (
  { start, end, lead = 0, trail = 0 }: Stretch & Partial<Scope>,
  tokens: readonly ScoredToken[] = [],
  isSettled = false,
): Chunk => ({
  ...{ start, end, lead, trail, tokens, isSettled },
  sums: sumsOf(tokens),
  worst: tokens
    .filter(({ bits = 0 }) => stepOf(bits) >= rulerStep)
    .sort((a, b) => (b.bits ?? 0) - (a.bits ?? 0))
    .slice(0, maxRulerTokens),
});

/**
 * Tokens as they come, before those that were known of the rest: what is painted does not flicker.
 *
 * @param fresh from the beginning of the part on.
 */
export function withFresh(part: Chunk, fresh: readonly ScoredToken[], isSettled: boolean): Chunk {
  const end = fresh.at(-1)?.end ?? 0;
  const rest = isSettled ? [] : part.tokens.filter(token => token.start >= end);
  const last = part.end - part.start - part.trail;
  const looked = fresh.filter(token => token.end > part.lead && token.start < last);
  return chunkOf(part, [...looked, ...rest], isSettled);
}

/** Of one scope, in order: only at its ends something is read that is not looked at. */
export function* chunksOf(scope: Scope, stretches: Iterable<Stretch>): Generator<Chunk> {
  for (const { start, end } of stretches) {
    const lead = start === scope.start ? scope.lead : 0;
    const trail = end === scope.end ? scope.trail : 0;
    yield chunkOf({ start, end, lead, trail });
  }
}

/**
 * The parts after an edit. Those that it touched have become one, which is to be scored again from where it was
 * changed; so is the next one, where the edit was near enough to be read with it. All later ones are moved.
 *
 * @param parts in order, none with anything of another.
 * @param reach how far before a part its context may begin.
 */
export function afterChange(
  parts: readonly Chunk[],
  change: Change,
  reach: number,
): readonly Chunk[] {
  const delta = change.length - (change.end - change.start);
  const isTouched = ({ start, end }: Chunk) => start <= change.end && change.start <= end;
  const first = parts.findIndex(isTouched);
  if (first < 0) {
    // Outside of what is looked at: before it, or behind.
    return parts.map(part => (change.end < part.start ? moved(part, delta, change, reach) : part));
  }
  // What is typed where two meet belongs to the one before.
  const last = Math.max(
    first,
    parts.findLastIndex(part => isTouched(part) && part.start < Math.max(change.end, change.start)),
  );
  const touched = parts.slice(first, last + 1);
  const start = Math.min(touched[0]!.start, change.start);
  const end = Math.max(touched.at(-1)!.end, change.end) + delta;
  const tokens = touched.flatMap(part =>
    part.tokens.flatMap((token): ScoredToken[] => {
      const from = part.start + token.start;
      const to = part.start + token.end;
      const shift = from >= change.end ? delta : 0;
      return to <= change.start || from >= change.end
        ? [{ ...token, start: from + shift - start, end: to + shift - start }]
        : [];
    }),
  );
  return [
    ...parts.slice(0, first),
    // What is typed where nothing was looked at is looked at.
    chunkOf(
      {
        ...{ start, end },
        lead: change.start < touched[0]!.start + touched[0]!.lead ? 0 : touched[0]!.lead,
        trail: change.end > touched.at(-1)!.end - touched.at(-1)!.trail ? 0 : touched.at(-1)!.trail,
      },
      tokens,
    ),
    ...parts.slice(last + 1).map(part => moved(part, delta, change, reach)),
  ];
}

function moved(part: Chunk, delta: number, change: Change, reach: number): Chunk {
  return {
    ...part,
    start: part.start + delta,
    end: part.end + delta,
    isSettled: part.isSettled && part.start - change.end > reach,
  };
}

/** The parts that have something of a stretch, in order. */
export function chunksIn(parts: readonly Chunk[], { start, end }: Stretch): readonly Chunk[] {
  // By halves: a long document has thousands, and is asked at each scroll.
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.end < start) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const found: Chunk[] = [];
  for (let index = low; index < parts.length && parts[index]!.start <= end; index++) {
    found.push(parts[index]!);
  }
  return found;
}

/** The part to score next: of those that are not settled the nearest to what is seen, of these the first. */
export function nextChunk(parts: readonly Chunk[], seen: readonly Stretch[]): Chunk | undefined {
  let best: { readonly part: Chunk; readonly distance: number } | undefined;
  for (const part of parts) {
    if (!part.isSettled) {
      const distance = Math.min(...seen.map(stretch => distanceOf(part, stretch)), Infinity);
      if (!best || distance < best.distance) {
        best = { part, distance };
      }
    }
  }
  return best?.part;
}

/** 0 where they meet. */
export const distanceOf = (a: Stretch, b: Stretch): number =>
  Math.max(0, a.start - b.end, b.start - a.end);
