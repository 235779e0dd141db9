import type { DeviceReport } from '../engine/types';
import type { ExportFile, HeadPosition, PageApi, PageDescription } from './page';

export type ExportFormat = 'svg' | 'png' | 'csv' | 'json' | 'html';

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
  export(arg: { readonly format: ExportFormat }): Promise<ExportFile>;
}
