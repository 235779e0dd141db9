/** The contract between an engine worker and its owner. */

import type { AblateRequest, AblationReport, MeasuredEffect } from './ablate';
import type { Analysis, AnalyzeRequest } from './analyze';
import type { Classification, ClassifyRequest } from './classify';
import type { GenerateRequest, Generation, StreamedToken } from './generate';
import type { ComputedColumn, LensGrid, LensRequest } from './lens';
import type { PredictRequest, Prediction } from './predict';
import type { Score, ScoreRequest, ScoredPart } from './score';
import type { SpellRequest, Spelling, Tokenization, TokenizeRequest } from './tokenize';
import type { DevicePreference, DeviceReport } from './types';
import type { Manifest } from '../manifest';

/** A graphics card that computed a model differently from what its folder says. */
export interface GpuFault {
  /** How the adapter names itself: vendor, architecture, device, description. */
  readonly adapter: string;
  readonly modelId: string;
  /** Words for the user. */
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
  readonly heads?: ArrayBuffer | undefined;
  readonly expected?: ArrayBuffer | undefined;
}

/** The files of a model folder that tokenizing needs. */
export interface TokenizerFiles {
  readonly manifest: Manifest;
  readonly tokenizer: ArrayBuffer;
}

export interface LoadReport extends DeviceReport {
  readonly loadMs: number;
}

/** ONNX Runtime's binary: its bytes, or the module that its owner compiled while it was being downloaded. */
export type Wasm = ArrayBuffer | WebAssembly.Module;

/** The methods of an engine worker; one contract for every runtime. */
export interface EngineApi {
  /** The first call. It hands the worker its WebAssembly, because a worker in a webview cannot fetch it. */
  start(arg: {
    readonly wasm: Wasm;
    readonly device: DevicePreference;
    /** Why this device, if it is the owner's decision and not the user's wish; reported back. */
    readonly reason?: string | undefined;
    /** The model that the worker is started for. */
    readonly modelId?: string | undefined;
    /** Faults that were found before; under `auto` they are not tried again. */
    readonly gpuFaults?: readonly GpuFault[] | undefined;
    /** Number of threads for WebAssembly, if it can use more than one; 1 by default. */
    readonly threads?: number | undefined;
  }): Promise<DeviceReport>;
  load(arg: ModelFiles): Promise<LoadReport>;
  unload(arg: { readonly modelId: string }): Promise<void>;
  /** Lets `tokenize` work without the model. It needs no `start`. */
  loadTokenizer(arg: TokenizerFiles): Promise<void>;
  tokenize(arg: TokenizeRequest): Promise<Tokenization>;
  /** @returns one spelling for each id. It needs no more than `tokenize`. */
  spell(arg: SpellRequest): Promise<readonly Spelling[]>;
  analyze(arg: AnalyzeRequest): Promise<Analysis>;
  generate(arg: GenerateRequest): Promise<Generation>;
  score(arg: ScoreRequest): Promise<Score>;
  predict(arg: PredictRequest): Promise<Prediction>;
  lens(arg: LensRequest): Promise<LensGrid>;
  classify(arg: ClassifyRequest): Promise<Classification>;
  ablate(arg: AblateRequest): Promise<AblationReport>;
}

/** The events that a worker sends its owner while it works. */
export interface EngineEvents {
  /** WebGPU was lost; the owner replaces the worker. */
  deviceLost(arg: { readonly reason: string }): Promise<void>;
  /** A fault that must not be tried again; the load that found it is rejected with `device-unavailable`. */
  gpuFault(arg: GpuFault): Promise<void>;
  /** The worker is busy and has not hung. */
  alive(arg: Record<string, never>): Promise<void>;
  /** A token of a generation that has a `streamId`. What is lost here is in its `Generation` too. */
  token(arg: StreamedToken): Promise<void>;
  /** A part of a score that has a `streamId`. What is lost here is in its `Score` too. */
  scored(arg: ScoredPart): Promise<void>;
  /** An effect of an ablation that has a `streamId`. What is lost here is in its `AblationReport` too. */
  ablated(arg: MeasuredEffect): Promise<void>;
  /** A position of a logit lens that has a `streamId`. What is lost here is in its `LensGrid` too. */
  lensed(arg: ComputedColumn): Promise<void>;
}
