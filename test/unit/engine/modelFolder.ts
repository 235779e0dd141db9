import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFiles } from '../../../src/common/protocol/engine/api';
import {
  parseModelJson,
  parseManifest,
  type Manifest,
} from '../../../src/common/protocol/manifest';

export const root = join(import.meta.dirname, '../../..');
const tinyBert = join(root, 'test/fixtures/tiny-bert');

/** A file in a buffer of its own, which may be moved. */
export function readBuffer(path: string): ArrayBuffer {
  return new Uint8Array(readFileSync(path)).buffer;
}

/** The tiny model; `changes` go into its manifest. */
export function readTinyBert(changes: Partial<Manifest> = {}): ModelFiles & {
  readonly graphs: { readonly encoder: ArrayBuffer };
} {
  const manifest = parseManifest(
    parseModelJson(readBuffer(join(tinyBert, 'manifest.json')), 'manifest.json'),
  );
  return {
    manifest: { ...manifest, ...changes },
    tokenizer: readBuffer(join(tinyBert, 'tokenizer.json')),
    graphs: { encoder: readBuffer(join(tinyBert, 'encoder.onnx')) },
    expected: readBuffer(join(tinyBert, 'expected.json')),
  };
}

/** A tiny model by the name of its folder; `changes` go into its manifest. */
export const readTiny = (id: string, changes: Partial<Manifest> = {}): ModelFiles =>
  readModel(`test/fixtures/${id}`, changes);

/** A model by its folder below the root. */
export function readModel(path: string, changes: Partial<Manifest> = {}): ModelFiles {
  const folder = join(root, path);
  const read = (file: { readonly path: string }) => readBuffer(join(folder, file.path));
  const manifest = parseManifest(parseModelJson(read({ path: 'manifest.json' }), 'manifest.json'));
  const { tokenizer, graphs, weights, tensors, chat, words, heads, expected } = manifest.files;
  return {
    manifest: { ...manifest, ...changes },
    tokenizer: read(tokenizer),
    graphs: Object.fromEntries(Object.entries(graphs).map(([name, file]) => [name, read(file)])),
    weights: weights && read(weights),
    tensors: tensors && read(tensors),
    chat: chat && read(chat),
    words: words && read(words),
    heads: heads && read(heads),
    expected: expected && read(expected),
  };
}

/** The same model with another graph, and a checksum that fits it. */
export async function withGraph(
  files: ModelFiles,
  name: string,
  graph: ArrayBuffer,
): Promise<ModelFiles> {
  const digest = await crypto.subtle.digest('SHA-256', graph);
  const file = {
    path: `${name}.onnx`,
    bytes: graph.byteLength,
    sha256: Buffer.from(digest).toString('hex'),
  };
  const { manifest } = files;
  const graphs = { ...manifest.files.graphs, [name]: file };
  return {
    ...files,
    manifest: { ...manifest, files: { ...manifest.files, graphs } },
    graphs: { ...files.graphs, [name]: graph },
  };
}

/** A copy of a graph in which the first number of a float32 parameter is none. */
export function withNaN(graph: ArrayBuffer | undefined, parameter: string): ArrayBuffer {
  const copy = Buffer.from(new Uint8Array(graph ?? new ArrayBuffer()));
  // In an initializer the raw data come after the name: the tag of field 9, then their length, of one byte or two.
  const name = copy.indexOf(Buffer.concat([Buffer.from(parameter), Buffer.of(0x4a)]));
  if (name < 0) {
    throw new Error(`There is no ${parameter}.`);
  }
  const length = name + parameter.length + 1;
  copy.writeFloatLE(NaN, length + ((copy[length] ?? 0) < 0x80 ? 1 : 2));
  return new Uint8Array(copy).buffer;
}
