/** The contract between the extension host and the page of maps. */
import type { MapsStart, MapTarget } from '../../content/maps';
import type { HostApi } from './host';
import type { PageApi, PageDescription } from './page';

export interface MapsDescription extends PageDescription {
  /** Of the maps, in order. */
  readonly titles: readonly string[];
  /** Charts that are drawn. */
  readonly charts: number;
}

export interface MapsPageApi extends PageApi {
  describe(arg: Record<string, never>): Promise<MapsDescription>;
}

export interface MapsHostApi extends HostApi {
  /** The first call. */
  start(arg: Record<string, never>): Promise<MapsStart>;
  /** Goes where a place on a map leads: to a stage, a live part, or a paper in the user's browser. */
  follow(arg: { readonly target: MapTarget }): Promise<void>;
}
