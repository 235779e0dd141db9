/** What the contracts of all pages share. */
import type { Scale } from '../../attention/attention';
import type { ErrorCode } from '../../errors';
import type { DevicePreference } from '../engine/types';
import type { Manifest } from '../manifest';
import type { Subject, TextRange } from './subject';

/** More hypotheses than this a translator is not asked to keep. */
export const maxBeams = 8;

export interface PageSettings {
  readonly device: DevicePreference;
  /** How a weight becomes a colour. */
  readonly scale: Scale;
  /** How many hypotheses a translator keeps while it searches, 1 to {@link maxBeams}. */
  readonly beams: number;
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

/** Everything that a page of a text needs to paint for the first time. */
export interface PageStart {
  readonly subject: Subject | undefined;
  /** Whether the subject's text has changed in its document since it was taken. */
  readonly isStale: boolean;
  readonly models: readonly Manifest[];
  readonly runtime: RuntimeUris;
  readonly settings: PageSettings;
}

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

/** What every page offers to the extension host. */
export interface PageApi {
  show(arg: { readonly subject: Subject }): Promise<void>;
  /** The subject's text has changed in its document, or is again as it was taken. */
  textChanged(arg: { readonly isStale: boolean }): Promise<void>;
  configure(arg: { readonly settings: PageSettings }): Promise<void>;
  /** Gives the memory of its models back, unless they are at work; they come back when they are needed. */
  release(arg: Record<string, never>): Promise<void>;
  /** The caret or pointer is on these characters in the document; undefined: on none of ours. */
  pointAt(arg: { readonly range: TextRange | undefined }): Promise<void>;
  describe(arg: Record<string, never>): Promise<PageDescription>;
}
