import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModelFiles } from '../../src/common/protocol/engine/api';
import { parseModelJson, parseManifest, type Manifest } from '../../src/common/protocol/manifest';
import { readModelFiles as readFiles } from '../../src/common/engineClient/modelFolder';

export async function readManifest(folder: string): Promise<Manifest> {
  return parseManifest(parseModelJson(await read(join(folder, 'manifest.json')), folder));
}

/** A model folder in buffers of their own, because the engine takes them over. */
export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const manifest = await readManifest(folder);
  return readFiles(manifest, ({ path }) => read(join(folder, path)));
}

export async function read(path: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  if (!(bytes instanceof ArrayBuffer)) {
    throw new TypeError(`${basename(path)} was read into shared memory`);
  }
  return bytes;
}
