import type { LabelStudy, Quality } from '../../content/evaluation';
import type { StageId, ViewId } from '../../content/lesson';
import type { MapTarget, MapsStart } from '../../content/maps';
import type { RewardStudy } from '../../content/rewardStudy';
import type { ErrorCode } from '../../errors';
import type { GpuFault } from '../engine/api';
import type { DevicePreference, DeviceReport } from '../engine/types';
import type { ExportFile, HeadPosition, PageSettings, PageStart } from './page';
import type { StageStart } from './stage';
import type { Subject, TextRange } from './subject';
import type { Explanation, LayerStanding } from './why';

/** What the extension host offers to a page. */
export interface HostApi {
  /** The first call. */
  ready(arg: Record<string, never>): Promise<PageStart>;
  /** Webview URIs of a model's files, by their paths in the manifest. */
  modelUris(arg: { readonly modelId: string }): Promise<Readonly<Record<string, string>>>;
  /** Lights ranges in the document while the pointer is on a token; an empty list clears. `strength` is 0 to 1. */
  highlight(arg: {
    readonly ranges: readonly (TextRange & { readonly strength: number })[];
  }): Promise<void>;
  /** Selects a token's characters in the document and brings them into view. */
  reveal(arg: TextRange): Promise<void>;
  /** What the stages tell, and which of them was asked for. */
  stages(arg: Record<string, never>): Promise<StageStart>;
  /** The page of stages shows this one now. */
  atStage(arg: { readonly stage: StageId }): Promise<void>;
  /** What was measured of a translator; undefined where nothing is told. */
  quality(arg: { readonly modelId: string }): Promise<Quality | undefined>;
  /** What was measured of a classifier by how many labels it learned from; undefined where nothing is told. */
  labelStudy(arg: { readonly modelId: string }): Promise<LabelStudy | undefined>;
  /** What the page of maps shows. */
  maps(arg: Record<string, never>): Promise<MapsStart>;
  /** Goes where a place on a map leads: to a stage, a live part, or a paper in the person's browser. */
  follow(arg: { readonly target: MapTarget }): Promise<void>;
  /** How a page learns a reward from rankings, and what was measured of rewards that were learned so. */
  rewardStudy(arg: Record<string, never>): Promise<RewardStudy>;
  /** Opens another panel on a text of the page. */
  openView(arg: { readonly view: ViewId; readonly text: string }): Promise<void>;
  /**
   * Writes text into the document, right after what was looked at, in the place of the last `held` UTF-16 units of it;
   * it can be undone. What is looked at from now on is the text with what was written.
   *
   * @returns it; undefined when the text that was looked at has changed, which the host tells.
   */
  insert(arg: { readonly text: string; readonly held: number }): Promise<Subject | undefined>;
  /** Asks where to save and saves. @returns false when the person cancelled. */
  save(arg: ExportFile): Promise<boolean>;
  copy(arg: { readonly text: string }): Promise<void>;
  /** Opens the text alternative. */
  openText(arg: { readonly markdown: string }): Promise<void>;
  /** Writes the setting; the page is told by `configure`. */
  setDevice(arg: { readonly device: DevicePreference }): Promise<void>;
  setScale(arg: { readonly scale: PageSettings['scale'] }): Promise<void>;
  /** Takes the selection of the active editor again, as the command does that opened the page. */
  showSelection(arg: Record<string, never>): Promise<void>;
  /** Opens a link of the page's help in the person's browser; only https. */
  openLink(arg: { readonly url: string }): Promise<void>;
  /** Whether there is a picture: commands that need one depend on it. */
  pictureShown(arg: { readonly isShown: boolean }): Promise<void>;
  /** A run has ended, for the status bar. */
  analysed(arg: {
    readonly modelId: string;
    readonly device: DeviceReport;
    readonly tokenCount: number;
    readonly runMs: number;
  }): Promise<void>;
  /** Its engine begins work with a model: told before the model is loaded. */
  engineUsed(arg: Record<string, never>): Promise<void>;
  /** Which models its engine holds in memory now, by id. */
  held(arg: { readonly models: readonly string[] }): Promise<void>;
  /**
   * Of the page of completions: makes the shown completion again, by the engine that made it. No tensor crosses: what
   * is looked at is told token by token.
   */
  explain(arg: Record<string, never>): Promise<Explanation>;
  /**
   * What the model looked at when it chose token `index` of the completion: a weight for each token of the prompt, then
   * for each written before, with the sum 1.
   *
   * @param arg.heads are averaged; at least one.
   */
  lookedAt(arg: {
    readonly index: number;
    readonly heads: readonly HeadPosition[];
  }): Promise<readonly number[]>;
  /** How a token of the completion stood after the embedding and after each layer; undefined where the graph cannot tell. */
  standings(arg: { readonly index: number }): Promise<readonly LayerStanding[] | undefined>;
  /** What WebGPU was found to compute wrongly here, by any page. */
  gpuFaults(arg: Record<string, never>): Promise<readonly GpuFault[]>;
  rememberGpuFault(arg: GpuFault): Promise<void>;
  /** Opens the log, where an error on the page says that more is in it. */
  showLog(arg: Record<string, never>): Promise<void>;
  /** Goes to the log. */
  report(arg: { readonly code: ErrorCode; readonly message: string }): Promise<void>;
}
