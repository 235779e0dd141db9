/** The state of "How a word knows its place". */
import * as v from 'valibot';
import type { RunningState } from '../../part/livePart';
import type { MovedToken, ShuffledText } from './shuffledWords';

/** The number of places in the picture. */
export const placeCount = 64;

const index = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));

const settings = v.object({
  position: v.fallback(index(placeCount - 1), 5),
  pair: v.fallback(index(1023), 8),
});

export type Settings = v.InferOutput<typeof settings>;

/** @param kept comes from outside. @param width of the sinusoids, in dimensions. */
export function parseSettings(kept: unknown, width: number): Settings {
  const { position, pair } = v.parse(settings, kept ?? {});
  return { position, pair: Math.min(pair, width / 2 - 1) };
}

/** The same words in order and in another one, and what the Transformer makes of each. */
export interface ShuffleRun {
  readonly texts: ShuffledText;
  /** Translations, in order and shuffled. */
  readonly french: readonly [inOrder: string, shuffled: string];
  readonly tokens: readonly (MovedToken & { readonly label: string })[];
  readonly caution: string | undefined;
}

export interface PositionsState extends RunningState {
  readonly settings: Settings;
  /** What became of the words when they were shuffled. */
  readonly shuffle: ShuffleRun | undefined;
}
