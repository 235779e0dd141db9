/** What other weights need of the page that they are on: parts of its state and of its picture. */
import type { AnalysedText } from '../text/shown';
import type { EngineError } from '../../../src/common/errors';
import type { HeadPosition } from '../../../src/common/attention/attention';
import type { Attention, InsideAttention } from '../../../src/common/protocol/engine/types';
import type { Manifest } from '../../../src/common/protocol/manifest';
import type { WeightKind } from './weightKinds';

/** What has been read beside the attention. */
export interface WeightParts {
  /** By layer, counted from 0, of the kind of attention that is shown. */
  readonly inside: ReadonlyMap<number, InsideAttention>;
  /** [S, S]: how far the state of a row's token moves with a column's token masked; 0 for what was not masked. */
  readonly changes: Float64Array | undefined;
}

/** What has been read of a text; what is of another text or kind of attention counts as nothing. */
export interface ReadWeights extends WeightParts {
  readonly shown: AnalysedText;
  readonly kind: Attention['kind'];
  /** How many runs of the model are done and how many are to be, while it reads. */
  readonly progress: { readonly done: number; readonly all: number } | undefined;
  readonly error: EngineError | undefined;
}

export interface WeightsState {
  readonly models: readonly Manifest[];
  readonly saved: { readonly weightKind: WeightKind };
  readonly shown: AnalysedText | undefined;
  readonly weights: ReadWeights | undefined;
}

/** The picture of attention that they are shown in. */
export interface WeightsPicture {
  readonly shown: AnalysedText;
  readonly attention: Attention;
  readonly choice: readonly HeadPosition[];
  /** The model's own while others are being read. */
  readonly shownKind: WeightKind;
}
