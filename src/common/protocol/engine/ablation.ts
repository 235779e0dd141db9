/** What is switched off in a model. */

import type { AttentionLayer } from './types';

/** An attention head. Layer and head are counted from 0. */
export interface AttentionHead extends AttentionLayer {
  readonly head: number;
}

/** The feed-forward network of a layer; of an encoder-only model `encoder`, of a decoder-only model `decoder`. */
export interface FeedForward {
  readonly kind: 'encoder' | 'decoder';
  /** Counted from 0. */
  readonly layer: number;
}

/**
 * Parts of a model whose outputs are multiplied by a gate: the output of a head (weights times values) before the
 * output projection, that of a feed-forward network before it is added to the residual stream.
 *
 * A whole layer is all of its heads and its feed-forward network.
 *
 * @see Michel et al., arXiv:1905.10650, equation 1, where the gate is the mask variable ξ
 */
export interface Ablation {
  readonly heads?: readonly AttentionHead[] | undefined;
  readonly feedForwards?: readonly FeedForward[] | undefined;
  /** In [0, 1]: 0, the default, switches the parts off; 1 changes nothing. */
  readonly gate?: number | undefined;
}
