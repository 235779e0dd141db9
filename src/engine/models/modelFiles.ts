/** The check of a model's files against its manifest. */

import type { ModelFiles } from '../../common/protocol/engine/api';
import { EngineError } from '../../common/errors';
import type { ModelFile } from '../../common/protocol/manifest';
import { filesWithBytes } from '../../common/engineClient/modelFolder';

/**
 * Compares every file of a model with its manifest: size, then SHA-256.
 *
 * @throws EngineError `model-invalid`, which names the file.
 */
export async function verifyFiles(files: ModelFiles): Promise<void> {
  for (const [file, bytes] of filesWithBytes(files)) {
    await verifyFile(file, bytes);
  }
}

/** Compares one file with its entry in the manifest. @throws EngineError `model-invalid`, which names it. */
export async function verifyFile(file: ModelFile, bytes: ArrayBuffer | undefined): Promise<void> {
  if (bytes?.byteLength !== file.bytes) {
    throw damaged(file, `it has ${bytes?.byteLength ?? 'no'} bytes and should have ${file.bytes}`);
  }
  // Absent in a worker whose page came over plain HTTP, which the type does not say.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  const digest = await subtle?.digest('SHA-256', bytes);
  if (digest && hexadecimal(digest) !== file.sha256) {
    throw damaged(file, 'its checksum is wrong');
  }
}

const hexadecimal = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, '0')).join('');

const damaged = ({ path }: ModelFile, how: string) =>
  new EngineError(
    'model-invalid',
    `The model's file ${path} is damaged: ${how}. Reinstall the extension or the model.`,
  );
