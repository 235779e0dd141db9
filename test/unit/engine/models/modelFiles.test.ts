import { expect, test } from 'vitest';
import { verifyFiles } from '../../../../src/engine/models/openModel';
import type { ModelFiles } from '../../../../src/common/protocol/engine/api';
import { readTiny, readTinyBert } from '../modelFolder';

const altered = (bytes: ArrayBuffer) => {
  const copy = new Uint8Array(bytes.slice(0));
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy.buffer;
};

const cases: readonly (readonly [string, (files: ModelFiles) => ModelFiles, RegExp | undefined])[] =
  [
    ['files as they were made', files => files, undefined],
    [
      'one bit of the graph',
      files => ({ ...files, graphs: { encoder: altered(readTinyBert().graphs.encoder) } }),
      /encoder\.onnx is damaged: its checksum is wrong/,
    ],
    [
      'one bit of the tokenizer',
      files => ({ ...files, tokenizer: altered(files.tokenizer) }),
      /tokenizer\.json is damaged: its checksum is wrong/,
    ],
    [
      'a truncated graph',
      files => ({ ...files, graphs: { encoder: readTinyBert().graphs.encoder.slice(0, 1000) } }),
      /encoder\.onnx is damaged: it has 1000 bytes and should have/,
    ],
    ['a missing graph', files => ({ ...files, graphs: {} }), /encoder\.onnx is damaged: it has no/],
    [
      'an empty tokenizer',
      files => ({ ...files, tokenizer: new ArrayBuffer(0) }),
      /it has 0 bytes/,
    ],
  ];

/** Of a model with files that BERT has not. */
const llamaCases: typeof cases = [
  ['files as they were made, weights among them', files => files, undefined],
  [
    'one bit of the weights',
    files => ({ ...files, weights: altered(files.weights ?? new ArrayBuffer()) }),
    /tiny-llama\.gguf is damaged: its checksum is wrong/,
  ],
  [
    'truncated weights',
    files => ({ ...files, weights: files.weights?.slice(0, -1) }),
    /tiny-llama\.gguf is damaged: it has \d+ bytes and should have/,
  ],
  [
    'missing tensors',
    files => ({ ...files, tensors: undefined }),
    /weights\.json is damaged: it has no/,
  ],
  [
    'one bit of the chat',
    files => ({ ...files, chat: altered(files.chat ?? new ArrayBuffer()) }),
    /chat\.json is damaged: its checksum is wrong/,
  ],
];

test.each([
  ...cases.map(each => ['tiny-bert', ...each] as const),
  ...llamaCases.map(each => ['tiny-llama', ...each] as const),
])('%s: %s', async (id, _, change, message) => {
  const verified = verifyFiles(change(readTiny(id)));
  if (message) {
    await expect(verified).rejects.toThrow(message);
    await expect(verified).rejects.toMatchObject({ code: 'model-invalid' });
  } else {
    await expect(verified).resolves.toBeUndefined();
  }
});
