/** What the syntax of a text needs of the page that it is on: parts of its state, of its picture, and of its actions. */
import type { AnalysedText } from '../text/shown';
import type { EngineError } from '../../../src/common/errors';
import type { HeadPosition } from '../../../src/common/attention/attention';
import type { Dependency } from '../../../src/common/protocol/engine/analyze';
import type { Attention } from '../../../src/common/protocol/engine/types';
import type { Manifest } from '../../../src/common/protocol/manifest';
import type { MatrixView } from '../../matrix/matrixView';
import type { Unit } from '../../matrix/units';

/** The parse of a text; of another text than is shown it counts as none. */
export interface ShownSyntax {
  readonly shown: AnalysedText;
  /** Undefined while the parser is at it. */
  readonly read: readonly Dependency[] | EngineError | undefined;
}

export interface SyntaxState {
  readonly models: readonly Manifest[];
  readonly saved: { readonly syntax: boolean; readonly relation: string };
  readonly syntax: ShownSyntax | undefined;
}

/** The picture of attention beside it. */
export interface SyntaxPicture {
  readonly shown: AnalysedText;
  readonly attention: Attention;
  readonly view: MatrixView;
  readonly chosen: readonly HeadPosition[];
  /** Rows and a column of the view. */
  readonly lit: { readonly queries: readonly number[]; readonly key?: number | undefined };
}

/** What an arc points at: rows and a column of the view. */
export interface PointedArc {
  readonly queries: readonly number[];
  readonly key: number | undefined;
  readonly from: 'text';
}

export interface SyntaxActions {
  arrange(change: { readonly syntax?: boolean; readonly relation?: string }): void;
  chooseHeads(heads: readonly HeadPosition[], isAdding: boolean): void;
  previewHeads(heads: readonly HeadPosition[] | undefined): void;
  point(at: PointedArc | undefined): void;
  /** Keeps the row of a token lit, or no longer. */
  lock(unit: Unit, isAdding: boolean): void;
}
