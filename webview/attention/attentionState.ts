import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { DeviceReport } from '../../src/common/protocol/engine/types';
import type { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HeadPosition, PageSettings } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Tokenized } from '../elements/textToCome';
import type { Work } from '../common/progress';
import type { SavedState } from './savedState';

/** A finished analysis and what it is of. It stays while the next one runs. */
export interface Shown {
  readonly subject: Subject;
  readonly analysis: Analysis;
  readonly device: DeviceReport;
}

/** What the translators have made of a text. */
export interface Translated {
  readonly text: string;
  /** Id of the model to its translation; undefined while it is at it. */
  readonly byModel: ReadonlyMap<string, string | EngineError | undefined>;
}

/** What the person points at: rows and a column of the view. */
export interface PointedAt {
  readonly queries: readonly number[];
  readonly key?: number | undefined;
  readonly from: 'picture' | 'text' | 'document';
}

export interface AttentionState {
  readonly saved: SavedState;
  readonly models: readonly Manifest[];
  readonly settings: PageSettings;
  /** False until the host has answered. */
  readonly isStarted: boolean;
  readonly work: Work | undefined;
  /** The text that is being run, before its analysis is there. */
  readonly tokenized: Tokenized | undefined;
  readonly shown: Shown | undefined;
  readonly translated: Translated | undefined;
  readonly error: EngineError | undefined;
  /** The device of the running engine, known before the first analysis ends. */
  readonly device: DeviceReport | undefined;
  /** Heads that the pointer or the focus is on. */
  readonly preview: readonly HeadPosition[] | undefined;
  readonly pointed: PointedAt | undefined;
  /** Whether the navigator is open, where there is no room for it beside the picture. */
  readonly isRailOpen: boolean;
  /** Of the page, in CSS pixels. */
  readonly pageWidth: number | undefined;
  /** Room for the picture, in CSS pixels. */
  readonly box: { readonly width: number; readonly height: number } | undefined;
  /** Counts up when the theme has changed. */
  readonly themeVersion: number;
  /** From `show` to the painted heat map, in ms. */
  readonly paintMs: number | undefined;
}
