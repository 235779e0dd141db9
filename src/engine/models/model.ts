import type { Analysis, AnalyzeRequest } from '../../common/protocol/engine/analyze';
import type { ModelFiles } from '../../common/protocol/engine/api';
import type { Classification, ClassifyRequest } from '../../common/protocol/engine/classify';
import type { GenerateRequest, Generation } from '../../common/protocol/engine/generate';
import type { PredictRequest, Prediction } from '../../common/protocol/engine/predict';
import type { Score, ScoreRequest } from '../../common/protocol/engine/score';
import type { Spelling, Tokenization, TokenizeRequest } from '../../common/protocol/engine/tokenize';
import type { Device } from '../../common/protocol/engine/types';
import { DecoderOnly } from './decoderOnly';
import { EncoderDecoder } from './encoderDecoder';
import { EncoderOnly } from './encoderOnly';
import type { SerialQueue } from '../onnx/queue';
import type { OnPart } from '../decoder/score';
import type { OnnxRuntime } from '../onnx/session';
import type { OnToken } from '../decoding/streaming';

/** A loaded model, whatever its family. */
export interface Model {
  tokenize(request: TokenizeRequest): Tokenization;
  spell(ids: readonly number[]): readonly Spelling[];
  analyze(request: AnalyzeRequest, signal?: AbortSignal): Promise<Analysis>;
  /** Absent from a model that writes nothing. */
  generate?(request: GenerateRequest, onToken?: OnToken, signal?: AbortSignal): Promise<Generation>;
  /** Absent from a model that tells no probability of a text. */
  score?(request: ScoreRequest, onPart?: OnPart, signal?: AbortSignal): Promise<Score>;
  /** Absent from a model that does not go on with a text. */
  predict?(request: PredictRequest, signal?: AbortSignal): Promise<Prediction>;
  /** Absent from a model that judges no text. */
  readonly classify?:
    ((request: ClassifyRequest, signal?: AbortSignal) => Promise<Classification>) | undefined;
  release(): Promise<void>;
}

/** @throws EngineError `model-invalid`, `out-of-memory`, `device-lost`, `device-unavailable` */
export function loadModel(
  onnx: OnnxRuntime,
  queue: SerialQueue,
  files: ModelFiles,
  device: Device,
): Promise<Model> {
  const families = {
    'encoder-only': EncoderOnly,
    'encoder-decoder': EncoderDecoder,
    'decoder-only': DecoderOnly,
  } as const;
  return families[files.manifest.family].load(onnx, queue, files, device);
}
