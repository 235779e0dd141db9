import { expect, test } from 'vitest';
import { verifyFiles } from '../../../src/engine/modelFiles';
import type { ModelFiles } from '../../../src/shared/engineApi';
import { readTinyBert } from './modelFolder';

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

test.each(cases)('%s', async (_, change, message) => {
  const verified = verifyFiles(change(readTinyBert()));
  if (message) {
    await expect(verified).rejects.toThrow(message);
    await expect(verified).rejects.toMatchObject({ code: 'model-invalid' });
  } else {
    await expect(verified).resolves.toBeUndefined();
  }
});
