/** The contract of a live part, a part of a stage in which something really runs, and its state. */
import type { TemplateResult } from 'lit';
import type { Lesson, PartId, Sources, ValueId } from '../../../src/common/content/lesson';
import type { EngineClient } from '../../../src/common/engineClient/engineClient';
import type { Analysis } from '../../../src/common/protocol/engine/analyze';
import type { Manifest } from '../../../src/common/protocol/manifest';
import type { PartState, StageHostApi } from '../../../src/common/protocol/pages/stage';
import type { Remote } from '../../../src/common/protocol/rpc';
import type { Theme } from '../../common/theme';
import { type RunState, RunStore } from '../../common/runStore';

/** What a live part works with. */
export interface PartContext {
  readonly id: PartId;
  readonly client: EngineClient;
  readonly host: Remote<StageHostApi>;
  readonly models: readonly Manifest[];
  readonly lessons: readonly Lesson[];
  readonly sources: Sources;
  /** What it was set to before; it comes from outside and must be checked. */
  readonly settings: unknown;
  /** Keeps what it is set to. */
  keep(settings: unknown): void;
  /** Has the page painted again, once a task. */
  changed(): void;
}

/** What a part is drawn with. */
export interface PartView {
  readonly theme: Theme;
  /** The available room, in CSS pixels. */
  readonly width: number;
}

export interface LivePart {
  readonly title: string;
  readonly state: PartState;
  /** What it shows, in words. */
  readonly words: string;
  /** Numbers of its run, which symbols of equations are linked to. */
  readonly values: Readonly<Partial<Record<ValueId, string>>>;
  template(view: PartView): TemplateResult;
  /** It has come into view, or the sentence is another: runs what needs no click. */
  show(sentence: string): void;
  /** Ends what runs: the user has left the stage. */
  cancel(): void;
}

export type PartFactory = (context: PartContext) => LivePart;

/** Reports to the host what has run, and on what. */
export function reportRun({ client, host }: PartContext, analysis: Analysis): void {
  const { modelId, source, runMs } = analysis;
  const { device } = client;
  if (device) {
    void host.analysed({ modelId, device, tokenCount: source.length, runMs });
  }
}

/** What the state of every part has that runs something. */
export type RunningState = RunState;

export const atRest: RunningState = { work: undefined, error: undefined };

/** @param isMissing whether there is no model for it. @param isShown whether there is something to see. */
export const stateOf = (
  { work, error }: RunningState,
  isMissing: boolean,
  isShown: boolean,
): PartState =>
  isMissing ? 'missing' : work ? 'running' : error ? 'error' : isShown ? 'ready' : 'idle';

/** A part says nothing of a run that the user has ended. */
export class PartStore<S extends RunningState> extends RunStore<S> {
  override cancel(): void {
    super.cancel();
    this.change({ error: undefined });
  }
}
