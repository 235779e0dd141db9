/** The files that a manifest names, and how a packed one is unpacked. */
import type { ModelFiles } from '../protocol/engine/api';
import type { Manifest, ModelFile } from '../protocol/manifest';

/**
 * Reads every file that a manifest names, side by side.
 *
 * @param read gives a file's bytes in a buffer of their own: they will be given away.
 */
export async function readModelFiles(
  manifest: Manifest,
  read: (file: ModelFile) => Promise<ArrayBuffer>,
): Promise<ModelFiles> {
  const { tokenizer, graphs, weights, tensors, chat, words, heads, expected } = manifest.files;
  const readIfNamed = async (file: ModelFile | undefined) => file && read(file);
  const [ofTokenizer, ofGraphs, ofWeights, ofTensors, ofChat, ofWords, ofHeads, ofExpected] =
    await Promise.all([
      read(tokenizer),
      Promise.all(
        Object.entries(graphs).map(async ([name, file]) => [name, await read(file)] as const),
      ),
      ...[weights, tensors, chat, words, heads, expected].map(readIfNamed),
    ]);
  return {
    manifest,
    tokenizer: ofTokenizer,
    graphs: Object.fromEntries(ofGraphs),
    weights: ofWeights,
    tensors: ofTensors,
    chat: ofChat,
    words: ofWords,
    heads: ofHeads,
    expected: ofExpected,
  };
}

/** Every file that a manifest names. */
export const filesOf = ({ files: { graphs, ...others } }: Manifest): readonly ModelFile[] => [
  ...Object.values(graphs),
  ...Object.values(others),
];

/** Every file that a manifest names, with what was read of it. */
export function* filesWithBytes({
  manifest: { files },
  ...bytes
}: ModelFiles): Generator<readonly [ModelFile, ArrayBuffer | undefined]> {
  for (const [name, file] of Object.entries(files.graphs)) {
    yield [file, bytes.graphs[name]];
  }
  for (const name of [
    'tokenizer',
    'weights',
    'tensors',
    'chat',
    'words',
    'heads',
    'expected',
  ] as const) {
    if (files[name]) {
      yield [files[name], bytes[name]];
    }
  }
}

/** Unpacks gzip files with the platform's own stream. */
/** Unpacks a gzip file. @throws if the bytes are not a whole gzip file. */
export async function gunzip(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(unpacked).arrayBuffer();
}
