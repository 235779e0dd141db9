import type { Manifest } from '../../common/protocol/manifest';
import { PaddedCache } from './paddedKvCache';
import { RecurrentState } from './recurrentState';
import type { Feed, Run, Session } from '../onnx/session';

/**
 * What a decoder keeps of the tokens it has read, as its graph takes and gives it: their keys and values, or the state
 * that they left. It never changes: reading on gives another, and both can be read on from.
 */
export interface DecoderCache {
  /** Outputs of a run to fetch for `append`. */
  readonly outputs: readonly string[];
  /** @param position of the first token that is read. */
  feeds(position: number): Readonly<Record<string, Feed>>;
  /** With the tokens that a run has read after these. */
  append(run: Run): DecoderCache;
  /** These rows of the batch, each as often as it is named. */
  takeRows(rows: readonly number[]): DecoderCache;
  /** The first `length` tokens; undefined where that is not known any more. */
  takePositions(length: number): DecoderCache | undefined;
  /**
   * The first `length` tokens, in the same memory: neither this one nor any that was made of it with more tokens may be
   * used any more. Absent where nothing can be gone back over.
   */
  cutTo?(length: number): DecoderCache;
}

/** Before anything was read. */
export const emptyCache = (session: Session, manifest: Manifest): DecoderCache =>
  manifest.architecture === 'lstm'
    ? RecurrentState.empty(session, manifest)
    : PaddedCache.empty(manifest);
