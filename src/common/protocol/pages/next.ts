/** The contract between the extension host and the page of next tokens. */
import type { FilterName } from '../../math/sampling';
import type { TokenRank } from '../engine/predict';
import type { DeviceReport } from '../engine/types';
import type { TextHostApi } from './host';
import type { PageApi, PageDescription } from './page';
import type { Subject } from './subject';

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
  /** What stands at the place of the text that is looked at, by what was expected there; undefined at the caret. */
  readonly own:
    | {
        readonly place: number;
        readonly label: string;
        readonly rank: number;
        readonly probability: number;
        readonly bits: number;
      }
    | undefined;
  /** Ids of the text's tokens, as the model reads them. */
  readonly textTokens: readonly number[];
  /** How many tokens the filters leave. */
  readonly kept: number | undefined;
  /** Of the embedding, then of each layer: what it would say, and the rank of the followed token. */
  readonly layers: readonly { readonly best: string; readonly rank: number | undefined }[];
  readonly lensWords: string | undefined;
  /** Tokens that the last beam search weighed. */
  readonly beamNodes: number;
  /** What a model would put in the place of each mask, by the index of its token. */
  readonly masks: readonly {
    readonly index: number;
    /** Of the word that stands there. */
    readonly own: TokenRank | undefined;
    readonly candidates: readonly string[];
  }[];
  /** The sentence whose masks are filled. */
  readonly sentence: string | undefined;
  /** How many places the last fill changed. */
  readonly changes: number | undefined;
  /** Tokens left out because the text is longer than the context. */
  readonly dropped: number;
  /** The line of words above the bars. */
  readonly words: string;
}

export interface NextPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<NextDescription>;
}

export interface NextHostApi extends TextHostApi {
  /**
   * Writes text into the document, right after the subject's, in the place of the last `held` UTF-16 units of it; it can
   * be undone. The subject is from now on the text with what was written.
   *
   * @returns it; undefined when the subject's text has changed, which the host says.
   */
  insert(arg: { readonly text: string; readonly held: number }): Promise<Subject | undefined>;
}
