/** The state of the page of maps. */
import type { EngineError } from '../../src/common/errors';
import type { MapsStart } from '../../src/common/content/maps';
import type { PageState } from '../common/page';

export interface MapsState extends PageState {
  /** Undefined until the host has answered. */
  readonly start: MapsStart | undefined;
  readonly error: EngineError | undefined;
  /** By map; if it could not be drawn, the reason. */
  readonly charts: Readonly<Record<string, HTMLElement | string>>;
  /** From the page's first byte to the painted text, in ms. */
  readonly paintMs: number | undefined;
}

export const initialState: MapsState = {
  start: undefined,
  error: undefined,
  charts: {},
  pageWidth: undefined,
  themeVersion: 0,
  paintMs: undefined,
};
