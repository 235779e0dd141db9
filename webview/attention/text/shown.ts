/** What the page shows: a finished analysis and what it is of. */
import type {
  Analysis,
  AnalyzeRequest,
  AttentionOverride,
} from '../../../src/common/protocol/engine/analyze';
import type { DeviceReport } from '../../../src/common/protocol/engine/types';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import type { ReadText } from './readText';

/** A finished analysis and what it is of. It stays while the next one runs. */
export interface Shown {
  readonly subject: Subject;
  /** Its source is placed in the subject. */
  readonly analysis: Analysis;
  /** What of the subject it is of. */
  readonly read: ReadText;
  /** The row of attention that was set by hand, and what the model wrote by itself. */
  readonly given?: { readonly override: AttentionOverride; readonly own: string } | undefined;
  readonly device: DeviceReport;
}

/** A text that was analysed, and what the model read of it. */
export interface AnalysedText extends Pick<Shown, 'analysis'> {
  readonly read: Pick<ReadText, 'text' | 'textPair' | 'beams' | 'texts'>;
}

/** The same text and window once more; a translator searches for its translation again. */
export const requestOf = ({
  analysis: { modelId, window },
  read: { text, textPair, beams },
}: AnalysedText): AnalyzeRequest => ({
  ...{ modelId, text, textPair, beams },
  windowStart: window.start,
});
