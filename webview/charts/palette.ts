/** Colours of kinds that have no order: a few, told apart by any eye, and never by colour alone. */
import type { Rgb, Theme } from '../common/theme';

/** One of several kinds: its colour, and how its lines are dashed, in CSS pixels. */
export interface KindStyle {
  readonly color: Rgb;
  readonly dash: readonly number[];
}

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [10, 3, 2, 3]];

/** More than these cannot be told apart at a glance. */
export const maxKinds = dashes.length;

/** The style of each of up to {@link maxKinds} kinds. */
export const kindStyles = ({ categorical }: Theme): readonly KindStyle[] =>
  categorical.slice(0, maxKinds).map((color, index) => ({ color, dash: dashes[index] ?? [] }));
