import type { Lesson, PartId, Sources, StageId, ValueId } from '../../content/lesson';
import type { PageApi, PageDescription } from './page';
import type { Subject } from './subject';

/** What the page of stages needs besides: all that is told, and the stage that the person asked for. */
export interface StageStart {
  /** In the order of the story. */
  readonly lessons: readonly Lesson[];
  readonly sources: Sources;
  /** Undefined: the page stays where it was. */
  readonly stage: StageId | undefined;
  /** A live part of it to go to. */
  readonly part?: PartId | undefined;
  /** The person's text, which is there with the first words of the lesson. */
  readonly subject: Subject | undefined;
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
