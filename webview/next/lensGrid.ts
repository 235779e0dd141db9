/** A grid of what each layer would say at each position: its state, and what is said of it. */
import type { LensCell, LensColumn, LensGrid } from '../../src/common/protocol/engine/lens';
import type { EngineError } from '../../src/common/errors';
import type { Token } from '../../src/common/protocol/engine/types';
import { percent } from '../../src/common/text/percent';
import { count, ordinal, thousands } from '../common/numbers';

/** A token whose rank is followed, and the typed word that it was made of. */
export interface WatchedToken {
  readonly id: number;
  readonly typed: string;
}

/** The grid of one text, as far as it has been computed. */
export interface ShownGrid {
  /** Of the text and its model, see `keyOf`. */
  readonly key: string;
  readonly columns: readonly LensColumn[];
  /** Number of columns that it will have. */
  readonly total: number;
  /** Tokens that it was made with. */
  readonly watched: readonly WatchedToken[];
  /** Present when all of it has been computed. */
  readonly whole: LensGrid | undefined;
}

export interface Cell {
  readonly column: number;
  /** 0 is the embedding. */
  readonly layer: number;
}

export interface LayersState {
  readonly isOpen: boolean;
  readonly isReading: boolean;
  readonly grid: ShownGrid | undefined;
  readonly watched: readonly WatchedToken[];
  /** The chosen cell; by default the last layer of the last position. */
  readonly cell: Cell | undefined;
  /** Which token the word that was typed last has become, or why none. */
  readonly note: string;
  readonly error: EngineError | undefined;
}

export const noLayers: LayersState = {
  isOpen: false,
  isReading: false,
  grid: undefined,
  watched: [],
  cell: undefined,
  note: '',
  error: undefined,
};

/** The chosen cell, moved to where the grid has one. */
export function chosenCell({ cell, grid }: LayersState): Cell | undefined {
  const depth = grid?.columns[0]?.length;
  if (!grid || depth === undefined) {
    return undefined;
  }
  const [lastColumn, lastLayer] = [grid.columns.length - 1, depth - 1];
  return {
    column: Math.min(cell?.column ?? lastColumn, lastColumn),
    layer: Math.min(cell?.layer ?? lastLayer, lastLayer),
  };
}

/** The first layer from which on `is` holds of every cell; undefined where it does not hold of the last. */
export function fromLayerOn(
  column: LensColumn,
  is: (cell: LensCell) => boolean,
): number | undefined {
  const lastOther = column.findLastIndex(cell => !is(cell));
  return lastOther === column.length - 1 ? undefined : lastOther + 1;
}

const after = (layer: number, depth: number): string =>
  layer === 0 ? 'Before the first layer' : `After layer ${layer} of ${depth}`;

/**
 * A cell in words: "After layer 3 of 8, ·mat is the most probable, 12.3 %; in the end it is the 5th of 8,192. What the
 * model says in the end, ·floor, is the 40th here, 0.2 %, and the most probable from layer 6 on."
 */
export function cellInWords(
  column: LensColumn,
  layer: number,
  vocabSize: number,
  labelOf: (id: number) => string,
): string {
  const cell = column[layer];
  const last = column.at(-1);
  if (!cell || !last) {
    return '';
  }
  const depth = column.length - 1;
  const { best, bestInTheEnd, end } = cell;
  const own = `${after(layer, depth)}, ${labelOf(best.id)} is the most probable, ${percent(best.probability)}`;
  const decided = fromLayerOn(column, ({ best: { id } }) => id === last.best.id) ?? depth;
  const from = decided === 0 ? 'the embedding' : `layer ${decided}`;
  if (best.id === last.best.id) {
    return layer >= decided
      ? `${own}, and it stays so: it is that from ${from} on.`
      : `${own}; others pass it, and it is that again from ${from} on.`;
  }
  return `${own}; in the end it is the ${ordinal(bestInTheEnd.rank)} of ${thousands(vocabSize)}. What the model says in the end, ${labelOf(last.best.id)}, is the ${ordinal(end.rank)} here, ${percent(end.probability)}, and the most probable from ${from} on.`;
}

/**
 * The token that a typed word is watched as: with a space before it, as words stand in a text, where that is one token;
 * else as it was typed; else the first token of it.
 *
 * @param spaced tokens of the word with a space before it, none where it was typed with one.
 * @param plain tokens of the word as it was typed.
 * @returns undefined where the word has no token.
 */
export function watchedToken(
  typed: string,
  spaced: readonly Pick<Token, 'id' | 'text'>[],
  plain: readonly Pick<Token, 'id' | 'text'>[],
): { readonly token: WatchedToken; readonly note: string } | undefined {
  const one = [spaced, plain].find(tokens => tokens.length === 1)?.[0];
  const tokens = spaced.length > 0 ? spaced : plain;
  const token = one ?? tokens[0];
  return (
    token && {
      token: { id: token.id, typed },
      note: one
        ? `“${typed}” is the token ${token.text}.`
        : `“${typed}” is ${count(tokens.length, 'token')}: the first, ${token.text}, is watched.`,
    }
  );
}
