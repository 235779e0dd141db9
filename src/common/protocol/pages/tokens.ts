/** The contract between the extension host and the page of tokens, which asks the host what every page of a text may. */
import type { TokenizerKind } from '../engine/tokenize';
import type { Token } from '../engine/types';
import type { PageApi, PageDescription } from './page';

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

export interface TokensPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<TokensDescription>;
}
