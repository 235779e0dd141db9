/** The contract of `classify`: which class a text has. */

import type { Device, Token } from './types';

/** A request to a model that classifies texts. */
export interface ClassifyRequest {
  readonly modelId: string;
  readonly text: string;
  /** Whether to classify the text without each of its parts as well; false by default. */
  readonly omissions?: boolean | undefined;
}

/**
 * The classes of a text without one part of it, its other tokens as they were. How far they are from the classes of
 * the whole is how much the part moved them, beside all the others; these moves do not sum to anything.
 * @see Li, Monroe and Jurafsky, "Understanding Neural Networks through Representation Erasure", arXiv:1612.08220
 */
export interface Omission {
  /** UTF-16 offsets into the text; those of a word include the space before it if the vocabulary has one there. */
  readonly start: number;
  readonly end: number;
  /** Probabilities as in `Classification`. */
  readonly probabilities: readonly number[];
}

export interface Classification {
  readonly modelId: string;
  /** The tokens that were read. A text that is longer than the classifier reads is read at its beginning and its end. */
  readonly source: readonly Token[];
  /** One for each of the manifest's `classes`, in their order; the sum is 1. */
  readonly probabilities: readonly number[];
  /**
   * Empty unless requested, in the order of the text: each word that is no white space, or in a long text so many words
   * together that there are at most 64 parts. Each costs a run over the text.
   */
  readonly omissions: readonly Omission[];
  /** Number of tokens that were not read. */
  readonly dropped: number;
  readonly device: Device;
  readonly runMs: number;
}
