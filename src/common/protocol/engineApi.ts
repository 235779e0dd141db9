import type { Manifest } from './manifest';
import type { SamplingSettings } from '../math/sampling';

/**
 * Shape letters: `L` layers, `H` heads, `S` tokens of the source (queries and keys alike in self-attention),
 * `T` tokens of the target, `D` hidden size, `V` vocabulary.
 */

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

/**
 * Attention of one kind, row-major [layer, head, query, key]; every row over `key` sums to 1. An LSTM decoder has one
 * layer and one head.
 *
 * Of an encoder-decoder: `encoder` is [L, H, S, S]; `cross` is [L, H, T, S], and query `i` is the step that chose
 * target token `i`; `decoder` is [L, H, T, T], and key `j` is what step `j` read: the beginning of the sequence for 0,
 * target token `j - 1` for the others. Of a decoder-only model `decoder` is over all that it
 * has read, [L, H, S, S]; in a `Generation` that is the source, then the target.
 * A decoder looks at nothing that comes later: these weights are 0.
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
  /** From 0. */
  readonly layer: number;
}

/**
 * What the weights of a layer are made from, and what is made with them, for each head: weights are
 * softmax(queries keys^T / sqrt(K)), outputs are weights times values. Rows are those of the `Attention` of the kind.
 * @see Vaswani et al., arXiv:1706.03762, equation 1
 */
export interface InsideAttention extends AttentionLayer {
  readonly queries: HeadVectors;
  readonly keys: HeadVectors;
  readonly values: HeadVectors;
  readonly outputs: HeadVectors;
}

/** Residual stream, row-major [L + 1, S, D]; layer 0 is the embedding. */
export interface HiddenStates {
  readonly shape: readonly [layers: number, tokens: number, hiddenSize: number];
  readonly values: Float32Array<ArrayBuffer>;
}

/** Numbers of each step of a decoder, row-major. */
export interface Rows {
  readonly shape: readonly [rows: number, columns: number];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface Candidate {
  readonly id: number;
  /** As it reads: ` cat` with its space where the vocabulary has one, `##ing`; U+FFFD for a part of a character. */
  readonly text: string;
  /** The model's own, in [0, 1]. */
  readonly probability: number;
}

export interface TokenizeRequest {
  readonly modelId: string;
  readonly text: string;
  readonly textPair?: string | undefined;
  /** Words whose way to their tokens to tell, by `Token.word`, and the bytes of all tokens with them; none by default. */
  readonly stepsOf?: readonly number[] | 'all' | undefined;
}

export interface Tokenization {
  readonly modelId: string;
  /** Of the whole text, special tokens included; never cut. */
  readonly tokens: readonly Token[];
  /** Only if asked for. */
  readonly detail?: TokenizationDetail | undefined;
}

export type TokenizerKind = 'byte-level' | 'word-piece';

/** How a text became its tokens. */
export interface TokenizationDetail {
  /** Byte-pair encoding of bytes, or WordPiece. */
  readonly kind: TokenizerKind;
  /**
   * For each token the UTF-8 bytes that its entry in the vocabulary stands for. A token that was added to the
   * vocabulary and one for an unknown word have those of the text in their place, a special token none.
   */
  readonly bytes: readonly (readonly number[])[];
  /** Of the words asked for, without those that are added tokens or too long to be told step by step. */
  readonly words: readonly WordSteps[];
}

/** A part of a word on its way to its tokens. */
export interface WordPart {
  /** As the vocabulary spells it; what WordPiece has not cut yet, as its characters. */
  readonly text: string;
  readonly bytes: readonly number[];
}

export interface WordStep {
  /** The word after the step. */
  readonly parts: readonly WordPart[];
  /** Index of the part that the step made. */
  readonly made: number;
  /** Of byte-pair encoding: the two neighbours that became one, and when training merged them, counted from 0. */
  readonly merge?: { readonly pair: readonly [string, string]; readonly rank: number } | undefined;
}

/** How a word became its tokens: the parts that the last step leaves, or the first parts where there is no step. */
export interface WordSteps {
  /** As in `Token.word`. */
  readonly word: number;
  /** Byte-pair encoding begins with single bytes, WordPiece with the whole word. */
  readonly start: readonly WordPart[];
  readonly steps: readonly WordStep[];
}

/** A word of the text that a translator hardly saw while it learned: it can only guess at it. */
export interface RareWord {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** In how many sentences of the training text it was. */
  readonly sentences: number;
}

/**
 * How a text is unlike all that a translator learned from: in capitals, and then read as `readAs`; without a letter;
 * with markup, or in a script that it never saw, as in the place told; longer than the longest, in words between white
 * space. Places are UTF-16 offsets into the text.
 */
export type Unlike =
  | {
      readonly kind: 'capitals';
      readonly start: number;
      readonly end: number;
      readonly readAs: string;
    }
  | { readonly kind: 'no-words' }
  | { readonly kind: 'markup' | 'script'; readonly start: number; readonly end: number }
  | { readonly kind: 'length'; readonly words: number; readonly longest: number };

export interface Analysis {
  readonly modelId: string;
  /** Of messages: what was read of them, as they were put to the model, and then the text. `source` points into it. */
  readonly prompt?: string | undefined;
  readonly source: readonly Token[];
  /**
   * The translation, with the token that ends it; empty unless the model is an encoder-decoder. Offsets point into
   * `targetText`.
   */
  readonly target: readonly Token[];
  /** What `target` spells: the translation that was given or made. Absent unless the model is an encoder-decoder. */
  readonly targetText?: string | undefined;
  /** Of the text as far as it was read, and of a translator that knows what it learned from. */
  readonly rareWords?: readonly RareWord[] | undefined;
  /** Of a translator: all that was read of the text; empty where nothing in it is new to it but words. */
  readonly unlike?: readonly Unlike[] | undefined;
  readonly attentions: readonly Attention[];
  /** Of the source. Only if asked for, like all states. An LSTM has no layer for the embedding: [L, S, D]. */
  readonly hiddenStates?: HiddenStates | undefined;
  /** Of an LSTM encoder, [L, S, D]. */
  readonly cellStates?: HiddenStates | undefined;
  /** Of the decoder, after the step that chose each target token: [L + 1, T, D], of an LSTM [L, T, D]. */
  readonly targetHiddenStates?: HiddenStates | undefined;
  /** Of an LSTM decoder, [L, T, D]. */
  readonly targetCellStates?: HiddenStates | undefined;
  /** Of an LSTM: what the decoder begins with, all that it is given of the source but attention, [L, 1, D]. */
  readonly firstHiddenStates?: HiddenStates | undefined;
  /** The same of the cell, [L, 1, D]. */
  readonly firstCellStates?: HiddenStates | undefined;
  /** Of additive attention before its softmax, [T, S]. @see Bahdanau et al., arXiv:1409.0473, section 3.1, e_ij. */
  readonly attentionScores?: Rows | undefined;
  /** What additive attention gave to each step, [T, D]. @see Bahdanau et al., arXiv:1409.0473, equation 5, c_i. */
  readonly contexts?: Rows | undefined;
  /** Only if asked for. */
  readonly inside?: InsideAttention | undefined;
  /**
   * The `top` most probable tokens, best first; empty unless asked for, and for a model without a head. Of an
   * encoder-only model for each token of the source, in its place; of a decoder-only model for each token of the
   * source, after it; of an encoder-decoder for each token of the target, in its place.
   */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Only with candidates of tokens that were masked: what stands in the text in the place of each, in the order asked. */
  readonly standings?: readonly Standing[] | undefined;
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
  /** To a model that was tuned to converse: what was said. `text` is how its answer begins, and may be empty. */
  readonly messages?: readonly ChatMessage[] | undefined;
  /** BERT's sentence B. */
  readonly textPair?: string | undefined;
  /** Tokens of `text` to leave out before the window; 0 by default. Clamped so that the window is full where the text is long enough. */
  readonly windowStart?: number | undefined;
  readonly hiddenStates?: boolean | undefined;
  /** False leaves attention out, for timing; true by default. */
  readonly attention?: boolean | undefined;
  /** Of an encoder-decoder: the translation to look at. Where it is absent, the text is translated first, with 5 beams. */
  readonly targetText?: string | undefined;
  /** How many candidates of each position to tell; 0 by default. */
  readonly top?: number | undefined;
  /**
   * Of an encoder-only model: indices into `source` of tokens of the text that it is to read as its mask. They are so
   * in `source` too, each with the place it had in the text.
   */
  readonly masked?: readonly number[] | undefined;
  /** Of a Transformer: a layer to look inside. */
  readonly inside?: AttentionLayer | undefined;
  /** Of a model with additive attention: a row of weights to use instead of its own. */
  readonly givenAttention?: GivenAttention | undefined;
}

/** A row of cross-attention set by hand: the context of this step follows from it, and all that comes after. */
export interface GivenAttention {
  /** Index of the target token that is chosen with it. */
  readonly position: number;
  /** [S], at least 0, with the sum 1; `S` counts the source with its special tokens. */
  readonly weights: Float32Array | readonly number[];
  /**
   * Whether the translation is written anew from this step on, the most probable token each time; what stands before
   * it stays. False by default: the translation stays as it is, and only what the model thinks of it changes.
   */
  readonly writesOn?: boolean | undefined;
}

/** How the next token is chosen. Whatever the strategy, probabilities that are told are the model's own. */
export type Strategy =
  /** The most probable token each time; of two alike the lower id. */
  | { readonly kind: 'greedy' }
  | {
      readonly kind: 'beam';
      /** Hypotheses kept at each step, 1 to 16. */
      readonly beams: number;
      /**
       * p in score = logProbability / length ** p, by which hypotheses are compared; `length` counts the token that
       * ends the sequence. 1 by default, the mean; 0 compares the probabilities themselves, which favours the short.
       * The plain form of the length penalty of Wu et al., arXiv:1609.08144, equation 14, without its constant 5.
       */
      readonly lengthPenalty?: number | undefined;
    }
  | (SamplingSettings & {
      readonly kind: 'sample';
      /** The same seed gives the same text; an integer. */
      readonly seed: number;
    });

/** A turn of a conversation. The system's stands first and says what the assistant is to be. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface GenerateRequest {
  readonly modelId: string;
  /** What to translate, or to go on with. */
  readonly text?: string | undefined;
  /** Instead of a text, to a model that was tuned to converse: what was said, for its answer. */
  readonly messages?: readonly ChatMessage[] | undefined;
  /** Of a decoder-only model that is given a text: ids of tokens that come after it as they are, as in a `PredictRequest`. */
  readonly appended?: readonly number[] | undefined;
  readonly strategy: Strategy;
  /**
   * Tokens to write at most, the one that ends the sequence among them. An encoder-decoder never writes more than
   * twice its source and 10, and no model more than its context holds. By default that, and 64 for a decoder-only model.
   */
  readonly maxNewTokens?: number | undefined;
  /** Texts that end the generation and are no part of it. */
  readonly stop?: readonly string[] | undefined;
  /** Whether to end where the text only repeats itself; by default true for `messages`. See `engine/loop.ts`. */
  readonly loopGuard?: boolean | undefined;
  /**
   * Of a decoder-only model that is given a text and writes one token after another: its last word is taken off and
   * written again, so that a half-typed word is gone on with (`engine/tokenHealing.ts`). `Generation.heldBack` is what
   * was taken off, and `Generation.text` begins with it; its tokens do not count in `maxNewTokens`. False by default.
   */
  readonly heal?: boolean | undefined;
  /** How many candidates of each step to tell; 0 by default. */
  readonly top?: number | undefined;
  /** Attention of the best hypothesis; false by default. */
  readonly attention?: boolean | undefined;
  /** Of beam search: the tree of all that it weighed; false by default. */
  readonly tree?: boolean | undefined;
  /** Where given, `EngineEvents.token` is called for each token as it is chosen; never by beam search, which knows them last. */
  readonly streamId?: string | undefined;
}

/** A way to go on, from its first token to its last. */
export interface Hypothesis {
  readonly text: string;
  /** In nats, summed over all tokens. */
  readonly logProbability: number;
}

/** A token that beam search weighed as the next one of a hypothesis. */
export interface BeamNode {
  /** Index of the token before it; -1 for a first one. */
  readonly parent: number;
  readonly id: number;
  /** As in `Candidate.text`. */
  readonly text: string;
  /** In nats, of this token. */
  readonly logProbability: number;
  /** In nats, from the first token to this one. */
  readonly total: number;
  /** 0 for the first token. */
  readonly step: number;
  /** Whether it was among the best of its step, and so stayed in the beam or ended. */
  readonly kept: boolean;
  /** Whether it ended its hypothesis, by the token that ends a sequence or a text of `stop`. */
  readonly finished: boolean;
  /** Index in `hypotheses` of the one whose last token it is. */
  readonly hypothesis?: number | undefined;
}

export interface Generation {
  readonly modelId: string;
  /**
   * The text that was gone on from, with what was appended to it: of messages what was read of them, as they were put
   * to the model. `source` points into it.
   */
  readonly prompt: string;
  /** What was read, with special tokens. */
  readonly source: readonly Token[];
  /** What was written; `start` and `end` point into `text`. The token that ends the sequence is among them where it was chosen. */
  readonly target: readonly Token[];
  /** Without special tokens, and for a translator without the space before the first word. */
  readonly text: string;
  /** The end of the given text that was not read but written again; only if `heal` was asked for. */
  readonly heldBack?: string | undefined;
  /** In nats, one for each target token. */
  readonly logProbabilities: readonly number[];
  /**
   * Only if `heal` was asked for: for each target token the log of the summed probability of all that could come there,
   * because they begin with what was held back; 0 where all could. The difference of the two is how probable a token
   * was among those.
   */
  readonly logAllowed?: readonly number[] | undefined;
  /** Their sum. */
  readonly logProbability: number;
  /** Why it ended: the model said so, the limit was reached, a text of `stop` was written, or it repeated itself. */
  readonly finish: 'end-of-sequence' | 'length' | 'stop' | 'loop';
  /** At most as many as there are beams, the best first; it is `text`. */
  readonly hypotheses: readonly Hypothesis[];
  /** Only of beam search, and if asked for. A parent stands before its children. */
  readonly beamTree?: readonly BeamNode[] | undefined;
  /** For each target token the `top` most probable tokens in its place; empty unless asked for. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Of the text as far as it was read, and of a translator that knows what it learned from. */
  readonly rareWords?: readonly RareWord[] | undefined;
  /** Of a translator: all that was read of the text; empty where nothing in it is new to it but words. */
  readonly unlike?: readonly Unlike[] | undefined;
  /** Only if asked for. */
  readonly attentions: readonly Attention[];
  readonly window: Window;
  /** Tokens of the text that were not read. */
  readonly dropped: number;
  /**
   * Of messages: how many of the oldest were left out, each whole, for the rest to fit the context. The system's stays.
   * Their tokens are those of `dropped`.
   */
  readonly droppedMessages?: number | undefined;
  readonly device: Device;
  /** Of all runs together, without loading and waiting. */
  readonly runMs: number;
}

export interface ScoreRequest {
  readonly modelId: string;
  readonly text: string;
  /** Of an encoder-decoder: the translation to score, which must be given. Of a decoder-only model: what to score as going on from `text`. */
  readonly targetText?: string | undefined;
  /** How many of the likeliest tokens in the place of each to tell; 0 by default. */
  readonly top?: number | undefined;
  /** Where given, `EngineEvents.scored` is called for each part as soon as it has been read; never by an encoder-decoder. */
  readonly streamId?: string | undefined;
}

/** What a model finds of tokens of a text, each list with a place for each of `tokens`. */
export interface TokenScores {
  readonly tokens: readonly Token[];
  /** In nats; undefined for the first of a text that nothing stands before. */
  readonly logProbabilities: readonly (number | undefined)[];
  /** Of all tokens that could stand in its place, sorted by probability: 1 is the most probable. Undefined as above. */
  readonly ranks: readonly (number | undefined)[];
  /** The `top` most probable tokens in its place, best first; empty unless asked for, and where nothing stands before. */
  readonly candidates: readonly (readonly Candidate[])[];
  /**
   * How many tokens were read before it: all that there are, or as many as fit the context. A text that is longer is
   * read in windows that overlap by a quarter, so that no token has less than that before it but those that begin.
   */
  readonly contextSizes: readonly number[];
}

/** How probable a model finds a text. `tokens` are all of it, special ones too; their offsets point into `targetText`, or into `text` where there is none. */
export interface Score extends TokenScores {
  readonly modelId: string;
  /** Of all tokens, in nats. */
  readonly logProbability: number;
  /** The sum in bits, for each UTF-8 byte of what is scored; 0 where nothing is. */
  readonly bitsPerByte: number;
  /** exp(-mean) over the tokens that have a probability; 1 where none has. */
  readonly perplexity: number;
  /** Of a decoder-only model all of the text, or as much of what `targetText` goes on from as was read. */
  readonly window: Window;
  /** Tokens that were not read. */
  readonly dropped: number;
  /** How many tokens the model read for it: fewer than there are where the text begins like the one before. */
  readonly computed: number;
  readonly device: Device;
  readonly runMs: number;
}

/** A part of a text that is being scored. Parts come in order. */
export interface ScoredPart extends TokenScores {
  readonly streamId: string;
  /** Index of its first token in the `Score`. */
  readonly first: number;
  /** How many tokens the `Score` will have. */
  readonly total: number;
}

/** Of a decoder-only model: what it would say next. */
export interface PredictRequest {
  readonly modelId: string;
  readonly text: string;
  /** Ids of tokens that come after the text as they are: what they spell is not cut anew. */
  readonly appended?: readonly number[] | undefined;
  /** How many of the most probable tokens to tell; 10 by default. */
  readonly top?: number | undefined;
  /** Whether to tell what each layer would say; false by default. */
  readonly logitLens?: boolean | undefined;
  /** Id of a token to tell of, wherever it ranks. */
  readonly watched?: number | undefined;
}

/** A token in a distribution. */
export interface Standing {
  /** 1 is the most probable token; of two alike the lower id comes first. */
  readonly rank: number;
  readonly probability: number;
}

/**
 * What a layer leaves, read as if it were the last: its state of the last token through the final norm and the head.
 * @see nostalgebraist, "interpreting GPT: the logit lens", 2020
 */
export interface LensLayer {
  /** The `top` most probable tokens. */
  readonly candidates: readonly Candidate[];
  /** Only if a token is watched. */
  readonly watched?: Standing | undefined;
}

export interface Prediction {
  readonly modelId: string;
  /** What was read: tokens of the text, then those that were appended; offsets point into `text`. */
  readonly source: readonly Token[];
  /** The text, and what was appended to it spells. */
  readonly text: string;
  /** Of the next token, before softmax: [1, V]. Everything that `shared/sampling.ts` tells follows from it. */
  readonly logits: Rows;
  /** By the model's own distribution, best first. */
  readonly candidates: readonly Candidate[];
  /** Only if a token is watched. */
  readonly watched?: Standing | undefined;
  /** Only if asked for, and of a model whose graph can tell: of the embedding, then of each layer, L + 1. */
  readonly lens?: readonly LensLayer[] | undefined;
  /** Counted with the tokens that were appended; the end is read. */
  readonly window: Window;
  readonly dropped: number;
  /** How many tokens the model read for it: fewer than there are where the text begins like the one before. */
  readonly computed: number;
  readonly device: Device;
  readonly runMs: number;
}

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

export interface SpellRequest {
  readonly modelId: string;
  readonly ids: readonly number[];
}

/** A token of the vocabulary as people can read it. */
export interface Spelling {
  /** As in `Candidate.text`; empty for an id that is not in the vocabulary. */
  readonly text: string;
  /** The UTF-8 bytes that it stands for; none of a special token. */
  readonly bytes: readonly number[];
  /** It stands for no character: `<|endoftext|>`, `[MASK]`. */
  readonly isSpecial: boolean;
}

/** A graphics card computed a model otherwise than its folder says. */
export interface GpuFault {
  /** How the adapter names itself: vendor, architecture, device, description. */
  readonly adapter: string;
  readonly modelId: string;
  /** For the person. */
  readonly reason: string;
}

/** A model folder, read into memory. */
export interface ModelFiles {
  readonly manifest: Manifest;
  readonly tokenizer: ArrayBuffer;
  /** By the names of `manifest.files.graphs`. */
  readonly graphs: Readonly<Record<string, ArrayBuffer>>;
  readonly weights?: ArrayBuffer | undefined;
  readonly tensors?: ArrayBuffer | undefined;
  readonly chat?: ArrayBuffer | undefined;
  readonly words?: ArrayBuffer | undefined;
  readonly expected?: ArrayBuffer | undefined;
}

/** What of a model folder is needed to cut text. */
export interface TokenizerFiles {
  readonly manifest: Manifest;
  readonly tokenizer: ArrayBuffer;
}

export interface LoadReport extends DeviceReport {
  readonly loadMs: number;
}

/** ONNX Runtime's binary: its bytes, or what its owner has compiled of it while it was still on its way. */
export type Wasm = ArrayBuffer | WebAssembly.Module;

/** What an engine worker offers; one contract for every runtime. */
export interface EngineApi {
  /** The first call. Hands the worker its WebAssembly, because a worker in a webview cannot fetch it. */
  start(arg: {
    readonly wasm: Wasm;
    readonly device: DevicePreference;
    /** Why this device, where it is not the person's wish but its owner's decision; reported back. */
    readonly reason?: string | undefined;
    /** The model that it is started for. */
    readonly modelId?: string | undefined;
    /** What was found to be computed wrongly before; under `auto` it is not tried again. */
    readonly gpuFaults?: readonly GpuFault[] | undefined;
    /** How many WebAssembly computes with, where it can use more than one; 1 by default. */
    readonly threads?: number | undefined;
  }): Promise<DeviceReport>;
  load(arg: ModelFiles): Promise<LoadReport>;
  unload(arg: { readonly modelId: string }): Promise<void>;
  /** Lets `tokenize` do without the model. Needs no `start`. */
  loadTokenizer(arg: TokenizerFiles): Promise<void>;
  tokenize(arg: TokenizeRequest): Promise<Tokenization>;
  /** One for each id. Needs no more than `tokenize`. */
  spell(arg: SpellRequest): Promise<readonly Spelling[]>;
  analyze(arg: AnalyzeRequest): Promise<Analysis>;
  generate(arg: GenerateRequest): Promise<Generation>;
  score(arg: ScoreRequest): Promise<Score>;
  predict(arg: PredictRequest): Promise<Prediction>;
  classify(arg: ClassifyRequest): Promise<Classification>;
}

/** What a worker tells its owner while it works. */
export interface EngineEvents {
  /** WebGPU went away; the owner replaces the worker. */
  deviceLost(arg: { readonly reason: string }): Promise<void>;
  /** What must not be tried again; the load that found it is rejected with `device-unavailable`. */
  gpuFault(arg: GpuFault): Promise<void>;
  /** It is at work, and has not hung. */
  alive(arg: Record<string, never>): Promise<void>;
  /** A token of a generation that was given a `streamId`. What is lost here is in its `Generation` too. */
  token(arg: StreamedToken): Promise<void>;
  /** A part of a score that was given a `streamId`. What is lost here is in its `Score` too. */
  scored(arg: ScoredPart): Promise<void>;
}

export interface StreamedToken {
  readonly streamId: string;
  /** A character whose bytes are not all there yet has no width. */
  readonly token: Token;
  /** What the token adds to the text; empty until a character is whole. */
  readonly text: string;
  readonly logProbability: number;
  /** As in `Generation`; only where not all tokens could come. */
  readonly logAllowed?: number | undefined;
  /** As in `Generation`. */
  readonly heldBack?: string | undefined;
  /** Of a decoder-only model, with its first token: what was read before it. */
  readonly read?: PromptRead | undefined;
}

/** What of a text or a conversation a generation goes on from, as its `Generation` tells it. */
export interface PromptRead extends Pick<Generation, 'prompt' | 'dropped' | 'droppedMessages'> {
  /** How many tokens were read. */
  readonly tokens: number;
}
