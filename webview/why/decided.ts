import type { LayerRank } from '../../src/common/protocol/pages/why';

/**
 * From which layer on a token was the first of all, and stayed so.
 *
 * @param standings after the embedding, which is 0, and after each layer.
 * @returns undefined where it is not the first at the end.
 */
export function decidedAt(standings: readonly LayerRank[]): number | undefined {
  const lastOther = standings.findLastIndex(({ rank }) => rank !== 1);
  return lastOther + 1 < standings.length ? lastOther + 1 : undefined;
}
