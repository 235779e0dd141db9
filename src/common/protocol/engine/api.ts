import type { Analysis, AnalyzeRequest } from './analyze';
import type { Classification, ClassifyRequest } from './classify';
import type { GenerateRequest, Generation, StreamedToken } from './generate';
import type { PredictRequest, Prediction } from './predict';
import type { Score, ScoreRequest, ScoredPart } from './score';
import type { SpellRequest, Spelling, Tokenization, TokenizeRequest } from './tokenize';
import type { DevicePreference, DeviceReport } from './types';
import type { Manifest } from '../manifest';

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
