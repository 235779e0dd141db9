/** The state of the page of maps. */
import type { EngineError } from '../../src/common/errors';
import type { MapsStart } from '../../src/common/content/maps';

export interface MapsState {
  /** Undefined until the host has answered. */
  readonly start: MapsStart | undefined;
  readonly error: EngineError | undefined;
  /** By map; if it could not be drawn, the reason. */
  readonly charts: Readonly<Record<string, HTMLElement | string>>;
  readonly pageWidth: number | undefined;
  readonly themeVersion: number;
  /** From the page's first byte to the painted text, in ms. */
  readonly paintMs: number | undefined;
}
