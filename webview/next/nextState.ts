import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { BeamNode } from '../../src/common/protocol/engine/generate';
import type { Prediction } from '../../src/common/protocol/engine/predict';
import type { DeviceReport } from '../../src/common/protocol/engine/types';
import type { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { PageSettings } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Tokenized } from '../elements/textToCome';
import type { Work } from '../common/progress';
import type { Distribution } from './distribution';
import type { SavedState } from './savedState';
import type { Spellings } from './spelling';

/** Bars drawn at first, and added each time. */
export const barsAtOnce = 20;
export const mostBars = 200;

/** What follows a text and the tokens appended to it. It stays while the next one runs. */
export interface ShownPrediction {
  readonly kind: 'next';
  readonly subject: Subject;
  /** Node of the branches that it follows; -1 for the text itself. */
  readonly at: number;
  readonly prediction: Prediction;
  readonly distribution: Distribution;
  readonly device: DeviceReport;
}

/** What a model would put in the place of masks. */
export interface ShownMasks {
  readonly kind: 'masks';
  readonly subject: Subject;
  readonly masked: readonly number[];
  readonly analysis: Analysis;
  readonly device: DeviceReport;
}

export type Shown = ShownPrediction | ShownMasks;

/** All that a beam search weighed. */
export interface ShownBeams {
  /** Node of the branches that it went on from. */
  readonly at: number;
  readonly modelId: string;
  readonly beams: number;
  readonly nodes: readonly BeamNode[];
}

/** How writing went. */
export interface Pace {
  readonly tokens: number;
  /** From the first token to the last, of beam search all runs, in ms. */
  readonly ms: number;
  /** Tokens that came in that time. */
  readonly timed: number;
}

export interface NextState {
  readonly saved: SavedState;
  readonly models: readonly Manifest[];
  readonly settings: PageSettings;
  /** False until the host has answered. */
  readonly isStarted: boolean;
  readonly work: Work | undefined;
  /** The text that is being run, before its first prediction is there. */
  readonly tokenized: Tokenized | undefined;
  /** Tokens are being written. */
  readonly isWriting: boolean;
  readonly shown: Shown | undefined;
  readonly error: EngineError | undefined;
  /** Of the running engine, known before the first answer. */
  readonly device: DeviceReport | undefined;
  /** Of the model that is looked at, as far as they were asked for. */
  readonly spellings: Spellings;
  /** The model's own probability of each node of the branches, where it is known. */
  readonly probabilities: ReadonlyMap<number, number>;
  readonly beams: ShownBeams | undefined;
  readonly pace: Pace | undefined;
  /** Bars drawn. */
  readonly barCount: number;
  /** Place of the bar that is pointed at. */
  readonly pointed: number | undefined;
  /** Of the page, in CSS pixels. */
  readonly pageWidth: number | undefined;
  /** Counts up when the theme has changed. */
  readonly themeVersion: number;
  /** From `show` to the painted bars, in ms. */
  readonly paintMs: number | undefined;
}
