import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFiles } from '../../../src/shared/engineApi';
import { parseJson, parseManifest, type Manifest } from '../../../src/shared/manifest';

export const root = join(import.meta.dirname, '../../..');
export const tinyBert = join(root, 'test/fixtures/tiny-bert');

/** A file in a buffer of its own, which may be moved. */
export function readBuffer(path: string): ArrayBuffer {
  return new Uint8Array(readFileSync(path)).buffer;
}

/** The tiny model; `changes` go into its manifest. */
export function readTinyBert(changes: Partial<Manifest> = {}): ModelFiles & {
  readonly graphs: { readonly encoder: ArrayBuffer };
} {
  const manifest = parseManifest(
    parseJson(readBuffer(join(tinyBert, 'manifest.json')), 'manifest.json'),
  );
  return {
    manifest: { ...manifest, ...changes },
    tokenizer: readBuffer(join(tinyBert, 'tokenizer.json')),
    graphs: { encoder: readBuffer(join(tinyBert, 'encoder.onnx')) },
  };
}
