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
