import type {
  Candidate,
  DevicePreference,
  DeviceReport,
  GpuFault,
  Token,
  TokenizerKind,
} from './engineApi';
import type { ErrorCode } from '../errors';
import type { Lesson, PartId, Sources, StageId, ValueId, ViewId } from '../content/lesson';
import type { Manifest } from './manifest';
import type { MapsStart, MapTarget } from '../content/maps';
import type { LabelStudy, Quality } from '../content/evaluation';
import type { RewardStudy } from '../content/rewardStudy';
import type { Remote } from './rpc';
import type { FilterName } from '../math/sampling';

/** A stretch of a document that went into a segment's text unchanged. */
export interface Piece {
  /** UTF-16 offset of its first character in the segment's text. */
  readonly start: number;
  /** UTF-16 units. */
  readonly length: number;
  /** UTF-16 offset of its first character in the document. */
  readonly documentOffset: number;
}

/** Where a segment's text came from, so that a token can be shown in the editor. */
export interface Origin {
  readonly uri: string;
  /** Of the document when the text was taken; when it has moved on, offsets no longer hold. */
  readonly version: number;
  readonly pieces: readonly Piece[];
}

export interface Segment {
  readonly text: string;
  /** Absent for text that is in no document. */
  readonly origin?: Origin | undefined;
}

/** What is being looked at. */
export interface Subject {
  readonly modelId: string;
  /** One text, or sentence A and sentence B. */
  readonly segments: readonly [Segment] | readonly [Segment, Segment];
  /** For the header: "notes.md:12". */
  readonly label: string;
  /** UTF-16 units of the selection left out because it was too long to take whole; 0 otherwise. */
  readonly cutLength: number;
  /** Of a text that is to be gone on from: it ends inside a word of the document. */
  readonly endsInWord?: boolean | undefined;
}

/** A layer and a head, both counted from 0. */
export interface HeadPosition {
  readonly layer: number;
  readonly head: number;
}

/** A stretch of a segment's text, in UTF-16 offsets. */
export interface TextRange {
  readonly segment: 0 | 1;
  readonly start: number;
  readonly end: number;
}

export interface PageSettings {
  readonly device: DevicePreference;
  /** How a weight becomes a colour. */
  readonly scale: 'sqrt' | 'linear';
}

/** Webview URIs of what a page needs to start its worker. */
export interface RuntimeUris {
  /** The build with WebGPU; needs JSPI. */
  readonly jspi: { readonly worker: string; readonly wasm: string };
  readonly wasm: { readonly worker: string; readonly wasm: string };
}

/** What a page begins to read before its own script runs. */
export interface FilesAhead {
  readonly runtime: RuntimeUris;
  /** Of the model that its subject names: webview URIs and sizes. */
  readonly model: readonly { readonly uri: string; readonly bytes: number }[];
}

/** Everything a page needs to paint for the first time. */
export interface PageStart {
  readonly subject: Subject | undefined;
  readonly models: readonly Manifest[];
  readonly runtime: RuntimeUris;
  readonly settings: PageSettings;
}

export type ExportFormat = 'svg' | 'png' | 'csv' | 'json' | 'html';

export interface ExportFile {
  /** Suggested, with its extension. */
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** What a page shows, for the text alternative and for tests; nothing in it is rounded. */
export interface PageDescription {
  readonly state: 'empty' | 'loading' | 'running' | 'ready' | 'error';
  readonly error: { readonly code: ErrorCode; readonly message: string } | undefined;
  /** From `show` to the painted picture, in ms; undefined until painted. */
  readonly paintMs: number | undefined;
  /** The whole as Markdown, for a person who cannot see the picture. */
  readonly markdown: string;
}

export interface AttentionDescription extends PageDescription {
  readonly modelId: string | undefined;
  readonly device: DeviceReport | undefined;
  /** Tokens shown, in order, after merging and hiding. */
  readonly tokens: readonly string[];
  /** Heads averaged into the shown matrix. */
  readonly heads: readonly HeadPosition[];
  readonly view: 'matrix' | 'lines';
  /** [queries, keys] of the shown matrix; undefined until there is one. */
  readonly matrix: readonly (readonly number[])[] | undefined;
  /** Tokens left out because the text is longer than the context. */
  readonly dropped: number;
}

export interface TokensDescription extends PageDescription {
  /** One for each tokenizer, the oldest model first. */
  readonly rows: readonly {
    /** Of all models that have this tokenizer. */
    readonly modelIds: readonly string[];
    readonly kind: TokenizerKind;
    readonly tokens: readonly Token[];
    /** As drawn, in order: of a split character its bytes. */
    readonly chips: readonly string[];
    /** Unicode code points of the text for each token, special ones not counted; undefined where there is none. */
    readonly charactersPerToken: number | undefined;
  }[];
  /** Tokens of the rows that are lit, by row. */
  readonly lit: readonly (readonly number[])[];
  /** The line of words under the header. */
  readonly words: string;
  /** The word that is played, as its parts after the step that is shown. */
  readonly player:
    { readonly row: number; readonly step: number; readonly parts: readonly string[] } | undefined;
}

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

export interface NextDescription extends PageDescription {
  readonly modelId: string | undefined;
  readonly device: DeviceReport | undefined;
  /** What is gone on from. */
  readonly text: string;
  /** What was appended, as text. */
  readonly written: string;
  /** The same as tokens, as drawn. */
  readonly appended: readonly string[];
  /** Tokens of all branches. */
  readonly branchCount: number;
  /** The most probable tokens, as far as they are drawn. */
  readonly candidates: readonly {
    readonly id: number;
    readonly label: string;
    readonly rank: number;
    /** The model's own. */
    readonly probability: number;
    readonly logit: number;
    /** After temperature and filters. */
    readonly filtered: number;
    readonly cutBy: FilterName | undefined;
  }[];
  /** How many tokens the filters leave. */
  readonly kept: number | undefined;
  /** Of the embedding, then of each layer: what it would say, and the rank of the followed token. */
  readonly layers: readonly { readonly best: string; readonly rank: number | undefined }[];
  readonly lensWords: string | undefined;
  /** Tokens that the last beam search weighed. */
  readonly beamNodes: number;
  /** What a model would put in the place of each mask, by the index of its token. */
  readonly masks: readonly { readonly index: number; readonly candidates: readonly string[] }[];
  /** Tokens left out because the text is longer than the context. */
  readonly dropped: number;
  /** The line of words above the bars. */
  readonly words: string;
}

/** A token that a completion wrote, and what else the model thought of in its place. */
export interface ExplainedToken {
  readonly token: Token;
  /** The model's own, of its whole vocabulary; what a strategy cut is not left out. */
  readonly probability: number;
  /** 1 is the most probable; undefined where it is beyond those that were looked at. */
  readonly rank: number | undefined;
  /** The most probable ones, best first. */
  readonly candidates: readonly Candidate[];
}

/** What was offered, and the same text made once more with all that can be told of it. */
export interface Explanation {
  readonly modelId: string;
  /** The prompt as the model got it. */
  readonly prompt: string;
  /** Of the prompt, as far as it was read. Their attention is told by `lookedAt`. */
  readonly promptTokens: readonly Token[];
  /** All that the model wrote. */
  readonly text: string;
  /** What of it was offered, in UTF-16 offsets. */
  readonly offered: { readonly start: number; readonly end: number };
  readonly tokens: readonly ExplainedToken[];
  /** How many ranks are looked at. */
  readonly ranks: number;
  /** How it was chosen: the most probable token each time, or drawn. */
  readonly isSampled: boolean;
  readonly layers: number;
  readonly heads: number;
  /** Tokens of the prompt left out because the text is longer than the context. */
  readonly dropped: number;
  readonly device: DeviceReport | undefined;
  readonly runMs: number;
}

/** Where a written token stands when the state after a layer is read as if it were the last. */
export interface LayerStanding {
  readonly rank: number;
  readonly probability: number;
  /** What that layer would have written. */
  readonly first: string;
}

export interface WhyDescription extends PageDescription {
  readonly modelId: string | undefined;
  readonly device: DeviceReport | undefined;
  /** As drawn, in order. */
  readonly tokens: readonly {
    readonly text: string;
    readonly probability: number;
    readonly rank: number | undefined;
    readonly candidates: readonly string[];
  }[];
  /** Index of the token that is explained. */
  readonly chosen: number;
  /** Tokens of the prompt, as drawn. */
  readonly prompt: readonly string[];
  /** What the chosen token looked at, one for each token of the prompt; undefined until it is there. */
  readonly weights: readonly number[] | undefined;
  /** Of the layers, counted from 1, from which on the chosen token was the first; undefined where that is not known. */
  readonly decidedAt: number | undefined;
}

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

/** What every page offers to the extension host. */
export interface PageApi {
  show(arg: { readonly subject: Subject }): Promise<void>;
  configure(arg: { readonly settings: PageSettings }): Promise<void>;
  /** Gives the memory of its models back, unless they are at work; they come back when they are needed. */
  release(arg: Record<string, never>): Promise<void>;
  /** The caret or pointer is on these characters in the document; undefined: on none of ours. */
  pointAt(arg: { readonly range: TextRange | undefined }): Promise<void>;
  describe(arg: Record<string, never>): Promise<PageDescription>;
}

export interface AttentionPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<AttentionDescription>;
  export(arg: { readonly format: ExportFormat }): Promise<ExportFile>;
}

export interface TokensPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<TokensDescription>;
}

export interface StagePageApi extends PageApi {
  /** Goes to a stage, and to a live part of it where one is named. */
  open(arg: { readonly stage: StageId; readonly part?: PartId | undefined }): Promise<void>;
  describe(arg: Record<string, never>): Promise<StageDescription>;
}

export interface NextPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<NextDescription>;
}

export interface WhyPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<WhyDescription>;
}

export interface MapsDescription extends PageDescription {
  /** Of the maps, in order. */
  readonly titles: readonly string[];
  /** Charts that are drawn. */
  readonly charts: number;
}

export interface MapsPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<MapsDescription>;
}

/** Every kind of page, as the extension host sees it. */
export interface Pages {
  readonly attention: Remote<AttentionPageApi>;
  readonly tokens: Remote<TokensPageApi>;
  readonly stage: Remote<StagePageApi>;
  readonly next: Remote<NextPageApi>;
  readonly why: Remote<WhyPageApi>;
  readonly maps: Remote<MapsPageApi>;
}

export type PageName = keyof Pages;
