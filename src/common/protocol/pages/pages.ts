/** Every kind of page, with what it offers to the extension host and what it may ask of it. */
import type { Handlers, Remote } from '../rpc';
import type { AttentionHostApi, AttentionPageApi } from './attention';
import type { TextHostApi } from './host';
import type { MapsHostApi, MapsPageApi } from './maps';
import type { NextHostApi, NextPageApi } from './next';
import type { StageHostApi, StagePageApi } from './stage';
import type { TokensPageApi } from './tokens';
import type { WhyHostApi, WhyPageApi } from './why';

/** The pages, as the extension host sees them. */
export interface Pages {
  readonly attention: Remote<AttentionPageApi>;
  readonly tokens: Remote<TokensPageApi>;
  readonly stage: Remote<StagePageApi>;
  readonly next: Remote<NextPageApi>;
  readonly why: Remote<WhyPageApi>;
  readonly maps: Remote<MapsPageApi>;
}

/** The host, as each kind of page is served by it. */
export interface PageHandlers {
  readonly attention: Handlers<AttentionHostApi>;
  readonly tokens: Handlers<TextHostApi>;
  readonly stage: Handlers<StageHostApi>;
  readonly next: Handlers<NextHostApi>;
  readonly why: Handlers<WhyHostApi>;
  readonly maps: Handlers<MapsHostApi>;
}

export type PageName = keyof Pages;
