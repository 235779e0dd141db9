/** The contract between the extension host and the page of attention. */
import type { DeviceReport } from '../engine/types';
import type { TextHostApi } from './host';
import type { ExportFile, PageApi, PageDescription, PageSettings } from './page';
import type { HeadPosition } from '../../attention/attention';
import type { ChosenHeads } from '../../attention/chosenHeads';

/** `interactive` is a page of all heads, `heads` all of them as JSON, `npz` as arrays of NumPy; the others are of what is shown. */
export type ExportFormat =
  'svg' | 'png' | 'csv' | 'json' | 'html' | 'interactive' | 'heads' | 'npz';

export interface ExportRequest {
  readonly format: ExportFormat;
  /** Whether a picture or a page is on white, whatever the theme; where absent, as the page is set to. */
  readonly isForPaper?: boolean | undefined;
}

/** What the picture is compared with: A is the picture, B the other. */
interface ComparisonDescription {
  readonly with: 'head' | 'layer' | 'sentence' | 'model';
  readonly modelId: string;
  /** Heads averaged in B. */
  readonly heads: readonly HeadPosition[];
  /** Tokens of B that look, in order. */
  readonly tokens: readonly string[];
  /** Tokens that look in A and have a partner in B, in order: rows of `difference`. */
  readonly alignedTokens: readonly string[];
  /** [queries, keys] of what has a partner: A less B. */
  readonly difference: readonly (readonly number[])[];
  /** In one sentence. */
  readonly words: string;
}

export interface AttentionDescription extends PageDescription {
  readonly modelId: string | undefined;
  readonly device: DeviceReport | undefined;
  /** Tokens shown, in order, after merging and hiding. */
  readonly tokens: readonly string[];
  /** Heads averaged into the shown matrix. */
  readonly heads: readonly HeadPosition[];
  /** It keeps its text; otherwise it shows the sentence at the caret. */
  readonly isPinned: boolean;
  readonly view: 'matrix' | 'lines';
  /** [queries, keys] of the shown matrix; undefined until there is one. */
  readonly matrix: readonly (readonly number[])[] | undefined;
  /** Tokens left out because the text is longer than the context. */
  readonly dropped: number;
  /** Undefined while nothing is compared. */
  readonly comparison: ComparisonDescription | undefined;
}

/** A choice of heads; none: the most telling one. */
export interface ModelHeads {
  readonly modelId: string;
  readonly heads?: ChosenHeads;
}

export interface AttentionPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<AttentionDescription>;
  export(arg: ExportRequest): Promise<ExportFile>;
  /** Keeps its text, or follows the caret from now on. */
  pin(arg: { readonly isPinned: boolean }): Promise<void>;
  /** While it follows the caret: whether there is a sentence there. Where there is none, the last picture stays. */
  caretMoved(arg: { readonly hasText: boolean }): Promise<void>;
  /** The user has chosen heads of a model in the document; none: the most telling one. */
  headsChosen(arg: ModelHeads): Promise<void>;
}

export interface AttentionHostApi extends TextHostApi {
  /** Writes the setting; the page is told by `configure`. */
  setScale(arg: { readonly scale: PageSettings['scale'] }): Promise<void>;
  /** Writes the setting; the page is told by `configure`. */
  setBeams(arg: { readonly beams: number }): Promise<void>;
  /** The page shows the sentence at the caret, read by this model; without one it keeps its text. */
  followCaret(arg: { readonly modelId?: string | undefined }): Promise<void>;
  /** The user has chosen heads on the page. */
  chooseHeads(arg: ModelHeads): Promise<void>;
  /** The heads that were chosen of a model, on the page or in the document; undefined while nobody has in this window. */
  chosenHeads(arg: { readonly modelId: string }): Promise<ModelHeads | undefined>;
  /** The text of the selection, or of the sentence at the caret; undefined where there is none. */
  selectedText(arg: Record<string, never>): Promise<string | undefined>;
  /** Whether there is a picture: commands that need one depend on it. */
  pictureShown(arg: { readonly isShown: boolean }): Promise<void>;
}
