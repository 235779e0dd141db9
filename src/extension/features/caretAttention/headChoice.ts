/** The choice of heads, and the steps between choices. */
import { allHeads, type HeadPosition } from '../../../common/attention/attention';

/** The heads that are averaged: all, those of one layer, or a single one. Layers and heads count from 0. */
export type HeadChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'layer'; readonly layer: number }
  | { readonly kind: 'head'; readonly layer: number; readonly head: number };

/** The numbers of layers, and of heads in each layer. */
export interface HeadCounts {
  readonly layers: number;
  readonly heads: number;
}

/** A step forward or back. */
export type Step = 1 | -1;

/** Steps through all layers together, layer 1, ..., the last layer, and around. A chosen head stays the same in the next layer. */
export function stepLayer(choice: HeadChoice, step: Step, { layers }: HeadCounts): HeadChoice {
  const place = choice.kind === 'all' ? 0 : choice.layer + 1;
  const next = (place + step + layers + 1) % (layers + 1);
  return next === 0
    ? { kind: 'all' }
    : { ...(choice.kind === 'all' ? { kind: 'layer' } : choice), layer: next - 1 };
}

/** Steps through the average of the layer, head 1, ..., the last head, and around. From all layers it begins in an outer one. */
export function stepHead(
  choice: HeadChoice,
  step: Step,
  { layers, heads }: HeadCounts,
): HeadChoice {
  const layer = choice.kind === 'all' ? (step === 1 ? 0 : layers - 1) : choice.layer;
  const place = choice.kind === 'head' ? choice.head + 1 : 0;
  const next = (place + step + heads + 1) % (heads + 1);
  return next === 0 ? { kind: 'layer', layer } : { kind: 'head', layer, head: next - 1 };
}

/** Lists the heads that are averaged. */
export function headsOf(choice: HeadChoice, { layers, heads }: HeadCounts): HeadPosition[] {
  const all = allHeads([layers, heads]);
  switch (choice.kind) {
    case 'all':
      return all;
    case 'layer':
      return all.filter(({ layer }) => layer === choice.layer);
    case 'head':
      return [{ layer: choice.layer, head: choice.head }];
  }
}
