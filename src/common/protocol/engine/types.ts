/**
 * Values that cross the engine's port.
 *
 * Shape letters: `L` layers, `H` heads, `S` tokens of the source (queries and keys alike in self-attention),
 * `T` tokens of the target, `D` hidden size, `V` vocabulary.
 */

export type Device = 'webgpu' | 'wasm';

/** The user's setting; `auto` takes WebGPU where a real adapter exists. */
export type DevicePreference = 'auto' | Device;

/** The device in use, and the reason in words for the user ("no WebGPU adapter", "software adapter SwiftShader"). */
export interface DeviceReport {
  readonly device: Device;
  readonly reason: string;
}

/**
 * A token and where it stands in its text.
 * `start` and `end` are UTF-16 offsets into the text of its segment, as VS Code counts; equal for a special token.
 */
export interface Token {
  readonly id: number;
  /** The vocabulary's own spelling: `##ing`, `[CLS]`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** 0 for the first text, 1 for the second of a pair (BERT's `token_type_ids`). */
  readonly segment: 0 | 1;
  /** Added by the tokenizer, stands for no character: `[CLS]`, `[SEP]`. */
  readonly isSpecial: boolean;
  /** Index of the word (as the pre-tokenizer cut it) this token belongs to, counted through both segments; -1 for a special token. */
  readonly word: number;
}

/** The part of a text longer than the context that was read, counted in tokens of the first text without special ones. */
export interface Window {
  /** Number of tokens left out before. */
  readonly start: number;
  readonly count: number;
  /** Number of tokens in the whole text. */
  readonly total: number;
}

/**
 * Attention of one kind, row-major [layer, head, query, key]; every row over `key` sums to 1. An LSTM decoder has one
 * layer and one head.
 *
 * For an encoder-decoder `encoder` is [L, H, S, S]; `cross` is [L, H, T, S], and query `i` is the step that chose
 * target token `i`; `decoder` is [L, H, T, T], and key `j` is what step `j` read: the beginning of the sequence for 0,
 * target token `j - 1` for the others. For a decoder-only model `decoder` is over all that it
 * has read, [L, H, S, S]; in a `Generation` that is the source, then the target.
 * A decoder attends to nothing that comes later: these weights are 0.
 */
export interface Attention {
  readonly kind: 'encoder' | 'decoder' | 'cross';
  readonly shape: readonly [layers: number, heads: number, queries: number, keys: number];
  readonly weights: Float32Array<ArrayBuffer>;
}

/** Vectors of each head, row-major. */
export interface HeadVectors {
  readonly shape: readonly [heads: number, tokens: number, headSize: number];
  readonly values: Float32Array<ArrayBuffer>;
}

/** One layer of attention. */
export interface AttentionLayer {
  readonly kind: Attention['kind'];
  /** Counted from 0. */
  readonly layer: number;
}

/**
 * What the weights of a layer are made from, and what is made with them, for each head. Rows are those of the
 * `Attention` of the kind.
 *
 * Weights are softmax(queries keys^T / sqrt(K)), outputs are weights times values. Keys and values may have fewer heads
 * than queries: then as many neighbouring heads of queries share one. Of additive attention a score is
 * scoreVector^T tanh(query + key), without a scale, and values and outputs have a size of their own.
 * @see Vaswani et al., arXiv:1706.03762, equation 1; Ainslie et al., arXiv:2305.13245, section 2.2 (shared keys);
 *   Bahdanau et al., arXiv:1409.0473, appendix A.1.2 (additive attention)
 */
export interface InsideAttention extends AttentionLayer {
  readonly queries: HeadVectors;
  readonly keys: HeadVectors;
  readonly values: HeadVectors;
  readonly outputs: HeadVectors;
  /** Queries and keys before rotary positions turned them; absent where positions are added to the states. */
  readonly beforeRotation?:
    { readonly queries: HeadVectors; readonly keys: HeadVectors } | undefined;
  /** [A], of additive attention alone. */
  readonly scoreVector?: Float32Array<ArrayBuffer> | undefined;
  /**
   * The output projection, [H K, D]: rows of a head after those of the head before. Absent where the graph cannot give it:
   * of BERT's last layer, of models whose weights are packed, of additive attention.
   */
  readonly projection?: Rows | undefined;
}

/** Residual stream, row-major [L + 1, S, D]; layer 0 is the embedding. */
export interface HiddenStates {
  readonly shape: readonly [layers: number, tokens: number, hiddenSize: number];
  readonly values: Float32Array<ArrayBuffer>;
}

/** A row of numbers for each step of a decoder, row-major. */
export interface Rows {
  readonly shape: readonly [rows: number, columns: number];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface Candidate {
  readonly id: number;
  /** Readable text: ` cat` with its space if the vocabulary has one, `##ing`; U+FFFD for a part of a character. */
  readonly text: string;
  /** The model's own probability, in [0, 1]. */
  readonly probability: number;
}

/** A turn of a conversation. The system's comes first and says what the assistant is to be. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Devices as users know them. */
export const deviceNames = { webgpu: 'WebGPU', wasm: 'WASM', auto: 'Automatic' } as const;
