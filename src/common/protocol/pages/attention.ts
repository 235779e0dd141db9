/** The contract between the extension host and the page of attention. */
import type { DeviceReport } from '../engine/types';
import type { TextHostApi } from './host';
import type { ExportFile, PageApi, PageDescription, PageSettings } from './page';
import type { HeadPosition } from '../../attention/attention';

/** `interactive` is a page of all heads, `heads` all of them as JSON, `npz` as arrays of NumPy; the others are of what is shown. */
export type ExportFormat =
  'svg' | 'png' | 'csv' | 'json' | 'html' | 'interactive' | 'heads' | 'npz';

export interface ExportRequest {
  readonly format: ExportFormat;
  /** Whether a picture or a page is on white, whatever the theme; where absent, as the page is set to. */
  readonly isForPaper?: boolean | undefined;
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

export interface AttentionPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<AttentionDescription>;
  export(arg: ExportRequest): Promise<ExportFile>;
}

export interface AttentionHostApi extends TextHostApi {
  /** Writes the setting; the page is told by `configure`. */
  setScale(arg: { readonly scale: PageSettings['scale'] }): Promise<void>;
  /** Writes the setting; the page is told by `configure`. */
  setBeams(arg: { readonly beams: number }): Promise<void>;
  /** Whether there is a picture: commands that need one depend on it. */
  pictureShown(arg: { readonly isShown: boolean }): Promise<void>;
}
