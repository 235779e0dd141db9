/** The heads that a user has chosen to look at, and what the choice comes to on an attention. */
import { allHeads, type HeadPosition } from './attention';

/** The heads that are averaged; all of them where the list is empty, and the most telling one where nothing is chosen. */
export type ChosenHeads = readonly HeadPosition[] | undefined;

/** The numbers of layers, and of heads in each layer, first. */
type Shape = readonly [layers: number, heads: number, ...rest: unknown[]];

/**
 * The chosen heads that the model has; no choice where it has none of them, as after a restart with another version of it.
 */
export function existingHeads(chosen: ChosenHeads, [layers, heads]: Shape): ChosenHeads {
  const there = chosen?.filter(({ layer, head }) => layer < layers && head < heads);
  if (!chosen || there?.length === chosen.length) {
    return chosen;
  }
  return there && there.length > 0 ? there : undefined;
}

/**
 * What a choice comes to on a text.
 *
 * @param telling undefined where no head tells anything, as of a text of three tokens.
 * @returns an empty list for the average of all.
 */
export const resolveHeads = (
  chosen: ChosenHeads,
  shape: Shape,
  telling: HeadPosition | undefined,
): readonly HeadPosition[] =>
  existingHeads(chosen, shape) ?? (telling ? [{ layer: telling.layer, head: telling.head }] : []);

/** The heads to average of a choice that was resolved. */
export const averagedHeads = (
  heads: readonly HeadPosition[],
  shape: Shape,
): readonly HeadPosition[] => (heads.length > 0 ? heads : allHeads(shape));

/** Whether two choices are of the same heads, in whatever order. */
export function isSameChoice(a: ChosenHeads, b: ChosenHeads): boolean {
  const includes = (heads: readonly HeadPosition[], { layer, head }: HeadPosition) =>
    heads.some(other => other.layer === layer && other.head === head);
  return a && b ? a.length === b.length && a.every(one => includes(b, one)) : a === b;
}

/** The numbers of layers, and of heads in each layer. */
export interface HeadCounts {
  readonly layers: number;
  readonly heads: number;
}

/** What kind of choice it is. Of several heads that are no whole layer, the first stands for all. */
export type ChoiceKind =
  | { readonly kind: 'telling' | 'all' }
  | { readonly kind: 'layer'; readonly layer: number }
  | { readonly kind: 'head' | 'several'; readonly layer: number; readonly head: number };

export function kindOf(chosen: ChosenHeads, { layers, heads }: HeadCounts): ChoiceKind {
  const [first] = chosen ?? [];
  if (!chosen || !first) {
    return { kind: chosen ? 'all' : 'telling' };
  }
  const { layer, head } = first;
  if (chosen.length === 1) {
    return { kind: 'head', layer, head };
  }
  if (chosen.length === layers * heads) {
    return { kind: 'all' };
  }
  const isLayer = chosen.length === heads && chosen.every(one => one.layer === layer);
  return isLayer ? { kind: 'layer', layer } : { kind: 'several', layer, head };
}
