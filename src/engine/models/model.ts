/** What the families of models have in common. */
import type { AblateRequest, AblationReport, OnEffect } from '../../common/protocol/engine/ablate';
import type { Analysis, AnalyzeRequest } from '../../common/protocol/engine/analyze';
import type { Classification, ClassifyRequest } from '../../common/protocol/engine/classify';
import type { GenerateRequest, Generation } from '../../common/protocol/engine/generate';
import type { LensGrid, LensRequest, OnColumn } from '../../common/protocol/engine/lens';
import type { Prediction, PredictRequest } from '../../common/protocol/engine/predict';
import type { OnPart, Score, ScoreRequest } from '../../common/protocol/engine/score';
import type {
  Spelling,
  Tokenization,
  TokenizeRequest,
} from '../../common/protocol/engine/tokenize';
import type { Device } from '../../common/protocol/engine/types';
import type { RunnableGraph } from '../onnx/tensors';
import type { Manifest } from '../../common/protocol/manifest';
import type { Tokenizer } from '../tokenizer/encoding';
import type { OnToken } from '../decoding/sequences';

/** A loaded model, whatever its family. */
export interface Model {
  tokenize(request: TokenizeRequest): Tokenization;
  spell(ids: readonly number[]): readonly Spelling[];
  analyze(request: AnalyzeRequest, signal?: AbortSignal): Promise<Analysis>;
  /** Absent from a model that generates nothing. */
  generate?(request: GenerateRequest, onToken?: OnToken, signal?: AbortSignal): Promise<Generation>;
  /** Absent from a model that gives a text no probability. */
  score?(request: ScoreRequest, onPart?: OnPart, signal?: AbortSignal): Promise<Score>;
  /** Absent from a model that does not continue a text. */
  predict?(request: PredictRequest, signal?: AbortSignal): Promise<Prediction>;
  /** Absent from a model whose layers are not read by its head. */
  lens?(request: LensRequest, onColumn?: OnColumn, signal?: AbortSignal): Promise<LensGrid>;
  /** Absent from a model without attention. */
  ablate?(
    request: AblateRequest,
    onEffect?: OnEffect,
    signal?: AbortSignal,
  ): Promise<AblationReport>;
  /** Absent from a model that classifies no text. */
  readonly classify?:
    ((request: ClassifyRequest, signal?: AbortSignal) => Promise<Classification>) | undefined;
  release(): Promise<void>;
}

/** A model whose graphs are open, whatever its family. */
export interface OpenModel {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  readonly device: Device;
  /** @throws EngineError `model-invalid` when the family needs no graph of this name. */
  session(graph: string): RunnableGraph;
  release(): Promise<void>;
}
