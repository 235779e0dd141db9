import type { AttentionPageApi } from './attention';
import type { MapsPageApi } from './maps';
import type { NextPageApi } from './next';
import type { StagePageApi } from './stage';
import type { TokensPageApi } from './tokens';
import type { WhyPageApi } from './why';
import type { Remote } from '../rpc';

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
