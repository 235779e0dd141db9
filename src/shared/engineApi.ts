import type { Manifest } from './manifest';

/** Shape letters: `L` layers, `H` heads, `S` tokens (queries and keys alike in self-attention), `D` hidden size. */

export type Device = 'webgpu' | 'wasm';

/** What the person asked for; `auto` takes WebGPU where a real adapter exists. */
export type DevicePreference = 'auto' | Device;

/** The device in use, and why in words for the person ("no WebGPU adapter", "software adapter SwiftShader"). */
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

/** Which part of a text longer than the context was looked at, counted in tokens of the first text without special ones. */
export interface Window {
  /** Tokens left out before. */
  readonly start: number;
  readonly count: number;
  /** In the whole text. */
  readonly total: number;
}

/** Attention of one kind, row-major [layer, head, query, key]; every row over `key` sums to 1. An LSTM decoder has one layer and one head. */
export interface Attention {
  readonly kind: 'encoder' | 'decoder' | 'cross';
  readonly shape: readonly [layers: number, heads: number, queries: number, keys: number];
  readonly weights: Float32Array<ArrayBuffer>;
}

/** Residual stream, row-major [L + 1, S, D]; layer 0 is the embedding. */
export interface HiddenStates {
  readonly shape: readonly [layers: number, tokens: number, hiddenSize: number];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface Candidate {
  readonly id: number;
  readonly text: string;
  readonly probability: number;
}

export interface TokenizeRequest {
  readonly modelId: string;
  readonly text: string;
  readonly textPair?: string | undefined;
}

export interface Tokenization {
  readonly modelId: string;
  /** Of the whole text, special tokens included; never cut. */
  readonly tokens: readonly Token[];
}

export interface Analysis {
  readonly modelId: string;
  readonly source: readonly Token[];
  /** Decoder input; empty unless the model is an encoder-decoder. */
  readonly target: readonly Token[];
  readonly attentions: readonly Attention[];
  /** Only if asked for. */
  readonly hiddenStates?: HiddenStates | undefined;
  /** For each position of the last-read sequence, the most probable tokens, best first; empty for a model without a head. */
  readonly candidates: readonly (readonly Candidate[])[];
  readonly window: Window;
  /** Tokens of the text left out, before and after the window together, in both segments. */
  readonly dropped: number;
  readonly device: Device;
  /** Of the run alone, without loading and waiting. */
  readonly runMs: number;
}

/** What to look at. `text` and `textPair` are kept as they are: offsets point into them. */
export interface AnalyzeRequest {
  readonly modelId: string;
  readonly text: string;
  /** BERT's sentence B. */
  readonly textPair?: string | undefined;
  /** Tokens of `text` to leave out before the window; 0 by default. Clamped so that the window is full where the text is long enough. */
  readonly windowStart?: number | undefined;
  readonly hiddenStates?: boolean | undefined;
  /** False leaves attention out, for timing; true by default. */
  readonly attention?: boolean | undefined;
}

/** A model folder, read into memory. */
export interface ModelFiles {
  readonly manifest: Manifest;
  readonly tokenizer: ArrayBuffer;
  /** By the names of `manifest.files.graphs`. */
  readonly graphs: Readonly<Record<string, ArrayBuffer>>;
}

export interface LoadReport extends DeviceReport {
  readonly loadMs: number;
}

/** What an engine worker offers; one contract for every runtime. */
export interface EngineApi {
  /** The first call. Hands the worker its WebAssembly, because a worker in a webview cannot fetch it. */
  start(arg: {
    readonly wasm: ArrayBuffer;
    readonly device: DevicePreference;
    /** Why this device, where it is not the person's wish but its owner's decision; reported back. */
    readonly reason?: string | undefined;
  }): Promise<DeviceReport>;
  load(arg: ModelFiles): Promise<LoadReport>;
  unload(arg: { readonly modelId: string }): Promise<void>;
  tokenize(arg: TokenizeRequest): Promise<Tokenization>;
  analyze(arg: AnalyzeRequest): Promise<Analysis>;
}

/** What a worker tells its owner while it works. */
export interface EngineEvents {
  /** WebGPU went away; the owner replaces the worker. */
  deviceLost(arg: { readonly reason: string }): Promise<void>;
}
