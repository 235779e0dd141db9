import type { Manifest } from '../shared/manifest';
import { GrowingCache } from './growingCache';
import { PaddedCache } from './paddedCache';
import { RecurrentState } from './recurrentState';
import type { Feed, Run, Session } from './session';

/**
 * What a decoder keeps of the tokens it has read, as its graph takes and gives it: their keys and values, or the state
 * that they left. It never changes: reading on gives another, and both can be read on from.
 */
export interface DecoderCache {
  /** Outputs of a run to fetch for `append`. */
  readonly outputs: readonly string[];
  /** @param tokens [batch, T], of which the first of each row stands at `position`. */
  feeds(tokens: readonly (readonly number[])[], position: number): Readonly<Record<string, Feed>>;
  /** With the tokens that a run has read after these. */
  append(run: Run): DecoderCache;
  /** These rows of the batch, each as often as it is named. */
  takeRows(rows: readonly number[]): DecoderCache;
  /** The first `length` tokens; undefined where that is not known any more. */
  takePositions(length: number): DecoderCache | undefined;
}

/** Before anything was read. */
export function emptyCache(session: Session, manifest: Manifest): DecoderCache {
  switch (manifest.architecture) {
    case 'llama':
      return PaddedCache.empty(manifest);
    case 'lstm':
      return RecurrentState.empty(session, manifest);
    default:
      return GrowingCache.empty(session, manifest);
  }
}
