/** Units: tokens, or the tokens of a word merged, as rows and columns of a picture, and weights pooled by them. */
import type { Token } from '../../src/common/protocol/engine/types';
import type { TextRange } from '../../src/common/protocol/pages/subject';
import {
  elide,
  isPrefixSpace,
  isUnknown,
  placesAmongSame,
  visibleText,
  withoutSpace,
  withPlace,
} from '../../src/common/text/tokenText';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import { thousands } from '../common/numbers';

/** The text that is looked at, or what an encoder-decoder has written. */
export type Side = 'source' | 'target';

/** A row or a column of the shown matrix: a token, or a word of several. */
export interface Unit {
  /** The same for a row and a column of the same token, and for no other token of both sides. */
  readonly id: number;
  readonly side: Side;
  /** As drawn: nothing hidden in it, not yet elided. */
  readonly label: string;
  /** The characters it stands for, as drawn; empty for a special token. */
  readonly characters: string;
  /** Indexes along its axis of the attention. */
  readonly tokens: readonly number[];
  readonly isSpecial: boolean;
  /** Whether the model knows nothing of its characters: it reads what the label says. */
  readonly isUnknown: boolean;
  /** Which it is of those of its side that have the same name, from 1; undefined where it is alone. */
  readonly place?: number | undefined;
  /** Whether heads look there that find nothing to look for. */
  readonly isSink: boolean;
  /** Where it stands in its text; empty for a special token. */
  readonly range: TextRange;
}

/** A sequence of tokens and what they were cut from. */
export interface Sequence {
  readonly tokens: readonly Token[];
  /** By segment. */
  readonly texts: readonly string[];
  readonly side: Side;
  /** Whether a token is drawn as the vocabulary spells it (`##ing`), or as the characters it stands for. */
  readonly spelling: 'vocabulary' | 'characters';
}

/** Each token as a unit of its own. */
export function tokenUnits(sequence: Sequence): Unit[] {
  return placed(sequence.tokens.map((_, index) => unitOf(sequence, [index])));
}

/** Words as the pre-tokenizer cut them, without the space before them; special tokens stay units of their own. */
export function wordUnits(sequence: Sequence): Unit[] {
  const { tokens } = sequence;
  const groups: number[][] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const isSameWord =
      before && !token.isSpecial && before.word === token.word && before.segment === token.segment;
    if (isSameWord) {
      groups.at(-1)?.push(index);
    } else {
      groups.push([index]);
    }
  });
  return placed(
    groups.map(group => {
      const unit = unitOf(sequence, group);
      const label = withoutSpace(unit.label);
      const space = unit.label.length - label.length;
      return { ...unit, label, range: { ...unit.range, start: unit.range.start + space } };
    }),
  );
}

function placed(units: readonly Unit[]): Unit[] {
  const places = placesAmongSame(units.map(plainName));
  return units.map((unit, index) => ({ ...unit, place: places[index] }));
}

/** Ids of target units begin here, far beyond any source. */
const targetIds = 2 ** 20;

function unitOf({ tokens: all, texts, side, spelling }: Sequence, group: readonly number[]): Unit {
  const tokens = group.flatMap(index => all[index] ?? []);
  const [first] = tokens;
  const [place] = group;
  if (!first || place === undefined) {
    throw new RangeError('a unit has at least one token');
  }
  const range = {
    segment: first.segment,
    start: Math.min(...tokens.map(token => token.start)),
    end: Math.max(...tokens.map(token => token.end)),
  };
  const text = texts[first.segment] ?? '';
  const isSpace = tokens.every(token => isPrefixSpace(token, text));
  const characters =
    first.isSpecial || isSpace ? '' : visibleText(text.slice(range.start, range.end));
  const isUnread = tokens.every(isUnknown);
  const speaksForItself =
    characters === '' || isUnread || (spelling === 'vocabulary' && tokens.length === 1);
  return {
    id: side === 'source' ? place : targetIds + place,
    side,
    label: isSpace ? visibleText(' ') : speaksForItself ? visibleText(first.text) : characters,
    characters,
    tokens: group,
    isSpecial: first.isSpecial,
    isUnknown: isUnread,
    isSink: false,
    range: isSpace ? { ...range, end: range.start } : range,
  };
}

/** Of a name in a sentence or a table, in characters. */
const maxNameLength = 28;

/**
 * A unit in words: its label, what the user wrote where the model cannot read it, and which of several it is:
 * "[UNK] (図)", "the₂".
 */
export const nameOf = (unit: Unit): string => withPlace(plainName(unit), unit.place);

function plainName({ label, characters, isUnknown: isUnread }: Unit): string {
  const name = elide(label, maxNameLength);
  return isUnread ? `${name} (${elide(characters, maxNameLength)})` : name;
}

/**
 * What a decoder has read at each of its steps: first its beginning, then each unit that it has written, except the last.
 * The units keep their ids, so that a column is known to be the token of a row.
 */
export function readUnits(written: readonly Unit[]): Unit[] {
  const count = written.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const begin: Unit = {
    id: targetIds - 1,
    side: 'target',
    label: '<s>',
    characters: '',
    tokens: [0],
    isSpecial: true,
    isUnknown: false,
    isSink: false,
    range: { segment: 0, start: 0, end: 0 },
  };
  const later = written.map(unit => ({
    ...unit,
    tokens: unit.tokens.map(token => token + 1).filter(token => token < count),
  }));
  return [begin, ...later.filter(({ tokens }) => tokens.length > 0)];
}

/** The unit that covers most of a stretch of text, or that the caret stands in or at the end of. */
export function unitAt(units: readonly Unit[], range: TextRange): number | undefined {
  let best: number | undefined;
  let most = 0;
  units.forEach((unit, index) => {
    if (unit.isSpecial || unit.side !== 'source' || unit.range.segment !== range.segment) {
      return;
    }
    const shared = Math.min(unit.range.end, range.end) - Math.max(unit.range.start, range.start);
    // A caret is an empty range: it shares no character, yet stands on one.
    const covered = range.start === range.end && shared === 0 ? 0.5 : shared;
    if (covered > most || (covered === 0.5 && most === 0.5 && unit.range.start === range.start)) {
      most = covered;
      best = index;
    }
  });
  return best;
}

/**
 * Shrinks a matrix to an image: each pixel shows the largest weight under it, so no link is lost between pixels.
 *
 * @param weights [rows, columns], row-major; not changed.
 * @returns [height, width], row-major; the same values where it is not smaller than the matrix.
 */
export function poolMax(
  weights: Float32Array,
  rows: number,
  columns: number,
  height: number,
  width: number,
): Float32Array<ArrayBuffer> {
  const pooled = new Float32Array(height * width);
  const columnEdges = edges(columns, width);
  const rowEdges = edges(rows, height);
  for (let y = 0; y < height; y++) {
    for (let row = rowEdges[2 * y]!; row < rowEdges[2 * y + 1]!; row++) {
      for (let x = 0; x < width; x++) {
        let largest = pooled[y * width + x]!;
        for (let column = columnEdges[2 * x]!; column < columnEdges[2 * x + 1]!; column++) {
          const weight = weights[row * columns + column]!;
          if (weight > largest) {
            largest = weight;
          }
        }
        pooled[y * width + x] = largest;
      }
    }
  }
  return pooled;
}

/** [first, end) of the cells under each pixel, at least one cell each. */
function edges(cells: number, pixels: number): Uint32Array {
  const found = new Uint32Array(2 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const first = Math.min(cells - 1, Math.floor((pixel * cells) / pixels));
    found[2 * pixel] = first;
    found[2 * pixel + 1] = Math.max(first + 1, Math.floor(((pixel + 1) * cells) / pixels));
  }
  return found;
}

/** How many words of the text the model could not spell. */
export const unknownIn = ({ source }: Analysis): number => source.filter(isUnknown).length;

/** "3 words are unknown to this model: it reads [UNK] in their place." */
export const unknownWords = (unknown: number): string =>
  unknown === 1
    ? '1 word is unknown to this model: it reads [UNK] in its place.'
    : `${thousands(unknown)} words are unknown to this model: it reads [UNK] in their place.`;

/** Tokens by the characters they stand for, without the space before a word: lessons are about words, not vocabularies. */
export const readableUnits = (
  tokens: readonly Token[],
  text: string,
  side: Side,
): readonly Unit[] =>
  tokenUnits({ tokens, texts: [text], side, spelling: 'characters' }).map(unit => ({
    ...unit,
    label: withoutSpace(unit.label),
  }));
