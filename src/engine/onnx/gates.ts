/** The gates of a graph as its inputs: how much each head and each feed-forward network counts in a run. */

import { attentionLayersOf } from '../../common/attention/modelParts';
import type { Ablation, AttentionHead, FeedForward } from '../../common/protocol/engine/ablation';
import { EngineError } from '../../common/errors';
import type { Manifest } from '../../common/protocol/manifest';
import { gateNames } from './graphs';
import type { Feed, RunnableGraph } from './tensors';

/** The whole model. */
export const nothingAblated: Ablation = {};

/** Whether a run with this ablation is any different from one of the whole model. */
export const isWhole = ({ heads = [], feedForwards = [], gate = 0 }: Ablation): boolean =>
  gate === 1 || (heads.length === 0 && feedForwards.length === 0);

/** Whether the graph can run several ablations of one text at once, see `variantRows`. */
export const takesVariants = ({ inputs }: RunnableGraph): boolean =>
  inputs.includes(gateNames.headRows);

/**
 * The gates of the heads and the feed-forward networks that a graph holds.
 *
 * @param side the heads of self-attention that it holds; a decoder's graph holds those of cross-attention too.
 * @param variants of the whole model; more than one only where `takesVariants`, and then of heads alone.
 * @throws EngineError `input-invalid` for an ablation of parts that the graph has no gates for.
 */
export function gateFeeds(
  graph: RunnableGraph,
  manifest: Manifest,
  side: 'encoder' | 'decoder',
  variants: readonly Ablation[] = [nothingAblated],
): Readonly<Record<string, Feed>> {
  const { heads, headRows, crossHeads, feedForwards } = gateNames;
  const has = (name: string) => graph.inputs.includes(name);
  const isAsked = (kind: AttentionHead['kind']) => variants.some(variant => changes(variant, kind));
  if (
    (isAsked(side) && !has(heads)) ||
    (side === 'decoder' && isAsked('cross') && !has(crossHeads))
  ) {
    throw new EngineError(
      'input-invalid',
      `${manifest.name} was exported without gates: none of its heads can be switched off.`,
    );
  }
  const rows = variantRows(manifest, variants);
  return {
    ...(has(heads) && { [heads]: headFeed(manifest, side, variants, rows) }),
    ...(has(headRows) && { [headRows]: rows }),
    ...(has(crossHeads) && {
      [crossHeads]: headFeed(manifest, 'cross', variants, rows),
    }),
    ...(has(feedForwards) && { [feedForwards]: feedForwardFeed(manifest, side, variants) }),
  };
}

/**
 * How many rows of gates each layer has: as many as there are variants from the first layer on in which one of them
 * lacks a head, and one before, which all share.
 */
export function variantRows(
  { layers }: Pick<Manifest, 'layers'>,
  variants: readonly Ablation[],
): readonly number[] {
  const first = Math.min(...variants.map(firstLayerOf));
  return Array.from({ length: layers }, (_, layer) => (layer < first ? 1 : variants.length));
}

/** The first layer that an ablation changes; infinite if there is none. */
export const firstLayerOf = ({ heads = [], feedForwards = [] }: Ablation): number =>
  Math.min(Infinity, ...[...heads, ...feedForwards].map(({ layer }) => layer));

const changes = (ablation: Ablation, kind: AttentionHead['kind']): boolean =>
  !isWhole(ablation) &&
  [...(ablation.heads ?? []), ...(ablation.feedForwards ?? [])].some(part => part.kind === kind);

function headFeed(
  manifest: Manifest,
  kind: AttentionHead['kind'],
  variants: readonly Ablation[],
  rows: readonly number[],
): Feed {
  const { layers = 0, heads = 0 } =
    attentionLayersOf(manifest).find(each => each.kind === kind) ?? {};
  const starts = rows.slice(0, layers).map((_, layer) => sum(rows.slice(0, layer)));
  const values = new Float32Array(sum(rows.slice(0, layers)) * heads).fill(1);
  for (const [index, variant] of variants.entries()) {
    for (const part of variant.heads ?? []) {
      if (part.kind === kind) {
        values[((starts[part.layer] ?? 0) + index) * heads + part.head] = variant.gate ?? 0;
      }
    }
  }
  return { dims: [values.length / heads, heads], values };
}

function feedForwardFeed(
  { layers }: Manifest,
  kind: FeedForward['kind'],
  [ablation]: readonly Ablation[],
): Feed {
  const values = new Float32Array(layers).fill(1);
  for (const part of ablation?.feedForwards ?? []) {
    if (part.kind === kind) {
      values[part.layer] = ablation?.gate ?? 0;
    }
  }
  return { dims: [layers], values };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
