import type { Manifest } from '../../../src/common/protocol/manifest';
import { filesOf } from '../../../src/common/engineClient/modelFolder';

/** A model with more bytes than this is run on a click alone. */
const largeBytes = 5e7;

const bytesOf = (manifest: Manifest): number =>
  filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);

export const isLarge = (manifest: Manifest): boolean => bytesOf(manifest) > largeBytes;

export const megabytes = (manifest: Manifest): string =>
  `${(bytesOf(manifest) / 1e6).toFixed(0)} MB`;
