/** The parts of a model that can be switched off: its attention heads and its feed-forward networks. */

import type { Ablation, AttentionHead, FeedForward } from '../protocol/engine/ablation';
import type { Attention } from '../protocol/engine/types';
import type { Manifest } from '../protocol/manifest';
import { allHeads } from './attention';

/** The attention of one kind that a model has. */
export interface AttentionLayers {
  readonly kind: Attention['kind'];
  readonly layers: number;
  /** In each layer. */
  readonly heads: number;
}

type Shape = Pick<Manifest, 'architecture' | 'layers' | 'heads'>;

/** The kinds of attention of a model, in the order in which a text goes through them; none of an LSTM. */
export function attentionLayersOf({
  architecture,
  layers,
  heads,
}: Shape): readonly AttentionLayers[] {
  // The only attention of the LSTM is between its encoder and its decoder.
  const [depth, width] = architecture === 'lstm-attention' ? [1, 1] : [layers, heads];
  return attentionKinds[architecture].map(kind => ({ kind, layers: depth, heads: width }));
}

/** The heads of a model, kind by kind and layer by layer. */
export const headsOf = (model: Shape): readonly AttentionHead[] =>
  attentionLayersOf(model).flatMap(({ kind, layers, heads }) =>
    allHeads([layers, heads]).map(place => ({ kind, ...place })),
  );

/** The feed-forward networks of a model, side by side and layer by layer; none of an LSTM. */
export const feedForwardsOf = ({ architecture, layers }: Shape): readonly FeedForward[] =>
  architecture === 'lstm-attention'
    ? []
    : attentionKinds[architecture].flatMap(kind =>
        kind === 'cross' ? [] : Array.from({ length: layers }, (_, layer) => ({ kind, layer })),
      );

/** A layer as what is to be switched off: all heads of all kinds on this side, and the feed-forward network. */
export function wholeLayer(model: Shape, { kind, layer }: FeedForward): Ablation {
  const isHere = (part: FeedForward | AttentionHead) =>
    part.layer === layer && (part.kind === kind || (part.kind === 'cross' && kind === 'decoder'));
  return {
    heads: headsOf(model).filter(isHere),
    feedForwards: feedForwardsOf(model).filter(isHere),
  };
}

const attentionKinds: Readonly<Record<Manifest['architecture'], readonly Attention['kind'][]>> = {
  lstm: [],
  'lstm-attention': ['cross'],
  transformer: ['encoder', 'decoder', 'cross'],
  bert: ['encoder'],
  gpt2: ['decoder'],
  llama: ['decoder'],
};
