/** Where words and arcs of a parse stand in their picture, in CSS pixels. */
import type { Arc, Parse } from './parse';

/** A word in its place. */
interface PlacedWord {
  readonly text: string;
  /** The middle of the word. */
  readonly x: number;
  readonly isRoot: boolean;
}

/** An arc in its place: from its head up, across, and down to the dependent, where it has its point. */
interface PlacedArc {
  readonly arc: Arc;
  /** The `d` of an SVG path. */
  readonly path: string;
  /** The `points` of the triangle at the dependent. */
  readonly point: string;
  /** The middle of its label. */
  readonly label: { readonly x: number; readonly y: number };
}

/** A parse ready to be drawn. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The baseline of the words. */
  readonly baseline: number;
  readonly words: readonly PlacedWord[];
  readonly arcs: readonly PlacedArc[];
}

const levelHeight = 22;
const wordGap = 14;
const wordHeight = 22;
/** Between the top of the words and the ends of arcs. */
const footGap = 4;
const labelRoom = 14;
const margin = 8;
const maxCorner = 10;
/** Arcs at a head stand beside its middle, where its own arc ends. */
const headOffset = 5;

/**
 * Places a parse.
 *
 * @param arcs those to be drawn.
 * @param widthOf a text in the font that it will be drawn in; of a word, then of the labels.
 */
export function layoutOf(
  { words }: Parse,
  arcs: readonly Arc[],
  widthOf: { readonly word: (text: string) => number; readonly label: (text: string) => number },
): Layout {
  // Neighbours stand so far apart that the label of an arc between them has room.
  const labels = new Map<number, number>();
  for (const { dependent, head, relation } of arcs) {
    const left = Math.min(dependent, head);
    if (Math.abs(dependent - head) === 1) {
      labels.set(left, Math.max(labels.get(left) ?? 0, widthOf.label(relation) + headOffset + 8));
    }
  }
  let x = margin;
  let before = 0;
  const placed = words.map(({ text, isRoot }, place): PlacedWord => {
    const half = widthOf.word(text) / 2;
    const usual = place === 0 ? x + half : x + before + wordGap + half;
    x = Math.max(usual, place === 0 ? 0 : x + (labels.get(place - 1) ?? 0));
    before = half;
    return { text, x, isRoot };
  });
  const levels = arcs.reduce((most, { level }) => Math.max(most, level), 0);
  const foot = levels * levelHeight + labelRoom;
  return {
    width: x + before + margin,
    height: foot + footGap + wordHeight,
    baseline: foot + footGap + wordHeight - 7,
    words: placed,
    arcs: arcs.map(arc => placeArc(arc, placed, foot)),
  };
}

function placeArc(arc: Arc, words: readonly PlacedWord[], foot: number): PlacedArc {
  const end = words[arc.dependent]?.x ?? 0;
  const direction = Math.sign((words[arc.head]?.x ?? 0) - end);
  const start = (words[arc.head]?.x ?? 0) - direction * headOffset;
  const top = foot - arc.level * levelHeight;
  const corner = Math.min(maxCorner, Math.abs(start - end) / 2);
  const bend = top + corner;
  return {
    arc,
    path:
      `M${start} ${foot}V${bend}Q${start} ${top} ${start - direction * corner} ${top}` +
      `H${end + direction * corner}Q${end} ${top} ${end} ${bend}V${foot - 4}`,
    point: `${end - 3.5},${foot - 6} ${end + 3.5},${foot - 6} ${end},${foot}`,
    label: { x: (start + end) / 2, y: top - 3 },
  };
}
