import type { Manifest } from '../shared/manifest';
import { GrowingCache } from './growingCache';
import { PaddedCache } from './paddedCache';
import type { Feed, Run, Session } from './session';

/**
 * What a decoder keeps of the tokens it has read: their keys and values, as its graph takes and gives them. It never
 * changes: reading on gives another, and both can be read on from.
 */
export interface KeyValueCache {
  /** Outputs of a run to fetch for `append`. */
  readonly outputs: readonly string[];
  /** @param tokens [batch, T], of which the first of each row stands at `position`. */
  feeds(tokens: readonly (readonly number[])[], position: number): Readonly<Record<string, Feed>>;
  /** With the tokens that a run has read after these. */
  append(run: Run): KeyValueCache;
  /** These rows of the batch, each as often as it is named. */
  takeRows(rows: readonly number[]): KeyValueCache;
  /** The first `length` tokens. */
  takePositions(length: number): KeyValueCache;
}

/** Before anything was read. */
export const emptyCache = (session: Session, manifest: Manifest): KeyValueCache =>
  manifest.architecture === 'llama'
    ? PaddedCache.empty(manifest)
    : GrowingCache.empty(session, manifest);
