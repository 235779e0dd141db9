/** What the extension host offers to every kind of page; what only one may ask stands in that page's own contract. */
import type { ErrorCode } from '../../errors';
import type { GpuFault } from '../engine/api';
import type { DevicePreference, DeviceReport } from '../engine/types';
import type { ExportFile, PageStart } from './page';
import type { TextRange } from './subject';

/** A stretch of text that is lit in its document. */
export interface LitRange extends TextRange {
  /** How strongly it is tinted, 0 to 1. */
  readonly strength: number;
  /** Whether it is what looks, and is outlined instead. */
  readonly isQuery?: boolean | undefined;
}

/** What every page may ask. Its first call is the `start` of its own contract. */
export interface HostApi {
  /** Webview URIs of a model's files, by their paths in the manifest. */
  modelUris(arg: { readonly modelId: string }): Promise<Readonly<Record<string, string>>>;
  /** Lights ranges in the document, until others are lit; an empty list clears. */
  highlight(arg: { readonly ranges: readonly LitRange[] }): Promise<void>;
  /** Selects a token's characters in the document and brings them into view. */
  reveal(arg: TextRange): Promise<void>;
  /** Asks where to save and saves. @returns false when the user cancelled. */
  save(arg: ExportFile): Promise<boolean>;
  copy(arg: { readonly text: string }): Promise<void>;
  /** Opens the text alternative. */
  openText(arg: { readonly markdown: string }): Promise<void>;
  /** Writes the setting; the page is told by `configure`. */
  setDevice(arg: { readonly device: DevicePreference }): Promise<void>;
  /** Takes the selection of the active editor again, as the command does that opened the page. */
  showSelection(arg: Record<string, never>): Promise<void>;
  /** Opens a link in the user's browser; only https. */
  openLink(arg: { readonly url: string }): Promise<void>;
  /** A run has ended, for the status bar. */
  analysed(arg: {
    readonly modelId: string;
    readonly device: DeviceReport;
    readonly tokenCount: number;
    readonly runMs: number;
  }): Promise<void>;
  /** The page's engine begins work with a model; called before the model is loaded. */
  engineUsed(arg: Record<string, never>): Promise<void>;
  /** Which models the page's engine holds in memory now, by id. */
  held(arg: { readonly models: readonly string[] }): Promise<void>;
  /** What WebGPU was found to compute wrongly here, by any page. */
  gpuFaults(arg: Record<string, never>): Promise<readonly GpuFault[]>;
  rememberGpuFault(arg: GpuFault): Promise<void>;
  /** Opens the log, where an error on the page says that more is in it. */
  showLog(arg: Record<string, never>): Promise<void>;
  /** Goes to the log. */
  report(arg: { readonly code: ErrorCode; readonly message: string }): Promise<void>;
}

/** What a page may ask that shows a text of the user's. */
export interface TextHostApi extends HostApi {
  /** The first call: only then is the page shown anything. */
  start(arg: Record<string, never>): Promise<PageStart>;
}
