/** What every export is made from. */
import type { DomainShift, RareWord } from '../../../src/common/protocol/engine/analyze';
import type { Attention, DeviceReport, Window } from '../../../src/common/protocol/engine/types';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import type { MatrixView } from '../../matrix/matrixView';
import type { HeadPosition, Scale } from '../../../src/common/attention/attention';
import type { Theme } from '../../common/theme';
import type { WeightKind } from '../weights/weightKinds';

/** Everything that an export needs: data and the theme's colours as values; no page, no canvas. */
export interface Figure {
  readonly modelId: string;
  readonly modelName: string;
  readonly subject: Subject;
  /** What of it was read at once: all of it, or the sentence that a translator is shown on. */
  readonly readText: string;
  /** What an encoder-decoder has made of that. */
  readonly targetText: string | undefined;
  /** Words that the model could not spell. */
  readonly unknownCount: number;
  readonly rareWords: readonly RareWord[] | undefined;
  readonly domainShifts?: readonly DomainShift[] | undefined;
  readonly device: DeviceReport;
  readonly window: Window;
  readonly dropped: number;
  readonly kind: Attention['kind'];
  /** Heads averaged, each counted from 0. */
  readonly heads: readonly HeadPosition[];
  /** "layer 5, head 3". */
  readonly headsInWords: string;
  /** What stands in the place of weights; the model's own where it is absent. */
  readonly weightKind?: WeightKind | undefined;
  /** "Mostly the previous token (71 % of the weight)."; undefined where another text is looked at. */
  readonly summary: string | undefined;
  readonly view: MatrixView;
  /** Weights below this are not drawn as lines. */
  readonly minShare: number;
  readonly viewKind: 'matrix' | 'lines';
  readonly words: boolean;
  readonly rescaled: boolean;
  readonly scale: Scale;
  readonly theme: Theme;
}

/** One line under a picture: which model, what, which heads. */
export const caption = (figure: Figure): string =>
  `${figure.modelName} · ${figure.subject.label} · ${figure.headsInWords}`;
