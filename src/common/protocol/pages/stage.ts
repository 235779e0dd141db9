/** The contract between the extension host and the page of stages. */
import type { LabelStudy, RewardStudy, TranslationEvaluation } from '../../content/evaluation';
import type { Lesson, PartId, Sources, StageId, ValueId, ViewId } from '../../content/lesson';
import type { Manifest } from '../manifest';
import type { HostApi } from './host';
import type { PageApi, PageDescription, PageStart } from './page';

/** What the page needs to show its text: all lessons, and the stage that the user asked for. */
export interface StageStart extends Omit<PageStart, 'models'> {
  /** In the order of the story. */
  readonly lessons: readonly Lesson[];
  readonly sources: Sources;
  /** Undefined: the page stays where it was. */
  readonly stage: StageId | undefined;
  /** A live part of it to go to. */
  readonly part?: PartId | undefined;
}

/** How far a live part of a stage is. */
export type PartState = 'missing' | 'idle' | 'running' | 'ready' | 'error';

export interface StageDescription extends PageDescription {
  readonly stage: StageId | undefined;
  readonly sentence: string;
  /** From the page's first byte to the painted text, in ms. */
  readonly textMs: number | undefined;
  readonly parts: readonly {
    readonly id: PartId;
    readonly state: PartState;
    /** What it shows, in words. */
    readonly words: string;
  }[];
  /** Values of this run that symbols of the equations are linked to. */
  readonly values: Readonly<Partial<Record<ValueId, string>>>;
  /** Whether the diagram is drawn. */
  readonly hasDiagram: boolean;
  /** Index of the choice that the person made; undefined before. */
  readonly answer: number | undefined;
}

export interface StagePageApi extends PageApi {
  /** Goes to a stage, and to a live part of it where one is named. */
  open(arg: { readonly stage: StageId; readonly part?: PartId | undefined }): Promise<void>;
  describe(arg: Record<string, never>): Promise<StageDescription>;
}

export interface StageHostApi extends HostApi {
  /** The first call. */
  start(arg: Record<string, never>): Promise<StageStart>;
  /** What the live parts can run. The text of a lesson does not wait for it. */
  models(arg: Record<string, never>): Promise<readonly Manifest[]>;
  /** The page shows this stage now. */
  atStage(arg: { readonly stage: StageId }): Promise<void>;
  /** What was measured of a translator; undefined where nothing was. */
  quality(arg: { readonly modelId: string }): Promise<TranslationEvaluation | undefined>;
  /** What was measured of a classifier by how many labels it learned from; undefined where nothing was. */
  labelStudy(arg: { readonly modelId: string }): Promise<LabelStudy | undefined>;
  /** How a page learns a reward from rankings, and what was measured of rewards that were learned so. */
  rewardStudy(arg: Record<string, never>): Promise<RewardStudy>;
  /** Opens another panel on a text of the page. */
  openView(arg: { readonly view: ViewId; readonly text: string }): Promise<void>;
}
