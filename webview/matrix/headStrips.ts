/** What each of several heads gives to each key: a small square a head, beside the key. */
import { hex, mix } from '../charts/colorScale';
import type { Surface } from '../charts/canvas';
import type { Rgb, Theme } from '../common/theme';
import type { HeadLines } from './headLines';

/** Side of a square and the gap to the next, in CSS pixels. */
const side = 8;
const gap = 2;

/** How much room the strips of some heads take. */
export const stripsWidth = (heads: number): number =>
  heads === 0 ? 0 : heads * (side + gap) + gap;

/**
 * Draws the strips of the tokens that look: opacity is weight, place and colour are the head.
 *
 * @param rows those that look; several are averaged.
 * @param left where the first square begins.
 * @param middleOf the height of a key's middle.
 */
export function paintStrips(
  { context }: Surface,
  heads: readonly HeadLines[],
  rows: readonly number[],
  keys: number,
  { left, pitch, middleOf }: StripPlace,
  colorOf: (head: number) => Rgb,
  theme: Theme,
): void {
  const height = Math.max(2, Math.min(side, pitch - 1));
  for (let key = 0; key < keys; key++) {
    const top = middleOf(key) - height / 2;
    heads.forEach(({ weights }, index) => {
      const sum = rows.reduce((total, row) => total + (weights[row * keys + key] ?? 0), 0);
      const x = left + index * (side + gap);
      context.fillStyle = hex(mix(theme.background, colorOf(index), sum / rows.length));
      context.fillRect(x, top, side, height);
      if (height >= 4) {
        context.strokeStyle = hex(theme.line);
        context.lineWidth = 1;
        context.strokeRect(x - 0.5, top - 0.5, side + 1, height + 1);
      }
    });
  }
}

interface StripPlace {
  readonly left: number;
  readonly pitch: number;
  readonly middleOf: (key: number) => number;
}
