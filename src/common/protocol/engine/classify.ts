import type { Device, Token } from './types';

/** Of a model that classifies texts. */
export interface ClassifyRequest {
  readonly modelId: string;
  readonly text: string;
  /** Whether to tell what the model would say without each part of the text; false by default. */
  readonly omissions?: boolean | undefined;
}

/**
 * What a classifier says of a text without one part of it, its other tokens as they were. How far that is from what
 * it says of the whole is how much the part moved it, beside all the others; these moves do not sum to anything.
 * @see Li, Monroe and Jurafsky, "Understanding Neural Networks through Representation Erasure", arXiv:1612.08220
 */
export interface Omission {
  /** UTF-16 offsets into the text; a word's begins with the space before it where the vocabulary has one. */
  readonly start: number;
  readonly end: number;
  /** As in `Classification`. */
  readonly probabilities: readonly number[];
}

export interface Classification {
  readonly modelId: string;
  /** The tokens that were read: of a text that is longer than the classifier reads, the beginning and the end. */
  readonly source: readonly Token[];
  /** In the order of the manifest's `classes`; the sum is 1. */
  readonly probabilities: readonly number[];
  /**
   * Only if asked for, in the order of the text: each word that is no white space, or in a text of many so many words
   * together that there are at most 64 parts. Each costs a reading of the text.
   */
  readonly omissions: readonly Omission[];
  /** Tokens that were not read. */
  readonly dropped: number;
  readonly device: Device;
  readonly runMs: number;
}
