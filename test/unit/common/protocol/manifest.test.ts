import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../../src/common/errors';
import { parseModelJson, parseManifest } from '../../../../src/common/protocol/manifest';

const tiny = (id = 'tiny-bert'): Record<string, unknown> => {
  const path = join(import.meta.dirname, '../../../fixtures', id, 'manifest.json');
  // The manifest of our own fixture.
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
};
const file = (overrides: object) => ({
  path: 'tokenizer.json',
  bytes: 4,
  sha256: '0'.repeat(64),
  ...overrides,
});
const withTokenizer = (overrides: object) => ({
  files: { tokenizer: file(overrides), graphs: { encoder: file({ path: 'encoder.onnx' }) } },
});

test.each(['tiny-bert', 'tiny-llama'])('the true manifest of %s is taken as it is', id => {
  expect(parseManifest(tiny(id))).toEqual(tiny(id));
});

test('fields that are not known are left out', () => {
  expect(parseManifest({ ...tiny(), colour: 'green' })).not.toHaveProperty('colour');
});

test('files may lie in a folder of the model', () => {
  const manifest = parseManifest({ ...tiny(), ...withTokenizer({ path: 'parts/v1.2/a_b.json' }) });
  expect(manifest.files.tokenizer.path).toBe('parts/v1.2/a_b.json');
});

/** What is wrong, and the field that the message must name. */
const wrong: readonly (readonly [string, object, string])[] = [
  ['a missing field', { layers: undefined }, 'layers'],
  ['a count of zero', { heads: 0 }, 'heads'],
  ['half a layer', { layers: 1.5 }, 'layers'],
  ['a count as text', { hiddenSize: '32' }, 'hiddenSize'],
  ['a vocabulary beyond all sense', { vocabSize: 1e12 }, 'vocabSize'],
  ['a context that is not a number', { contextLength: Number.NaN }, 'contextLength'],
  ['no key', { keyValueHeads: 0 }, 'keyValueHeads'],
  ['an unknown family', { family: 'diffusion' }, 'family'],
  ['an unknown architecture', { architecture: 'mamba' }, 'architecture'],
  ['an id that is a path', { id: '../bert' }, 'id'],
  ['an empty name', { name: ' ' }, 'name'],
  ['no files', { files: undefined }, 'files'],
  ['no graph', { files: { tokenizer: file({}), graphs: {} } }, 'files.graphs'],
  ['a path that leaves the folder', withTokenizer({ path: '../x' }), 'files.tokenizer.path'],
  ['a path that leaves it later', withTokenizer({ path: 'a/../../x' }), 'files.tokenizer.path'],
  ['an absolute path', withTokenizer({ path: '/etc/passwd' }), 'files.tokenizer.path'],
  ['a path of Windows', withTokenizer({ path: 'C:\\x' }), 'files.tokenizer.path'],
  ['a URL', withTokenizer({ path: 'https://example.org/x' }), 'files.tokenizer.path'],
  [
    'a path of weights that leaves it',
    { files: { ...withTokenizer({}).files, weights: file({ path: '../x' }) } },
    'files.weights.path',
  ],
  ['a hidden file', withTokenizer({ path: '.ssh' }), 'files.tokenizer.path'],
  ['half a token', { tokens: { end: 0.5 } }, 'tokens.end'],
  ['a token below the first', { tokens: { begin: -1 } }, 'tokens.begin'],
  ['a language in words', { languages: { source: 'English', target: 'fr' } }, 'languages.source'],
  ['one language', { languages: { source: 'en' } }, 'languages.target'],
  ['a negative size', withTokenizer({ bytes: -1 }), 'files.tokenizer.bytes'],
  ['a checksum that is none', withTokenizer({ sha256: 'ABC' }), 'files.tokenizer.sha256'],
];

test.each(wrong)('%s is refused and named', (_, overrides, field) => {
  const manifest = { ...tiny(), ...overrides };
  expect(() => parseManifest(manifest)).toThrow(
    expect.objectContaining({
      code: 'model-invalid',
      message: expect.stringContaining(`at ${field}: `) as string,
    }),
  );
});

test('a translator names its tokens and languages', () => {
  const told = {
    tokens: { begin: 1, end: 2, padding: 0 },
    languages: { source: 'en', target: 'fr' },
  };
  expect(parseManifest({ ...tiny(), ...told })).toMatchObject(told);
});

test('a token beyond the vocabulary is refused', () => {
  const vocabSize = 100;
  expect(parseManifest({ ...tiny(), vocabSize, tokens: { end: 99 } }).tokens?.end).toBe(99);
  expect(() => parseManifest({ ...tiny(), vocabSize, tokens: { end: 100 } })).toThrow(
    /tokens must be ids of the vocabulary/,
  );
});

test('heads that do not divide the hidden size are refused', () => {
  expect(() => parseManifest({ ...tiny(), heads: 5 })).toThrow(/hiddenSize must be a multiple/);
});

describe('whatever the file holds,', () => {
  const codeOf = (work: () => unknown) => {
    try {
      work();
      return 'taken';
    } catch (error) {
      return EngineError.is(error) ? error.code : String(error);
    }
  };

  test('a manifest is taken or refused with a reason', () => {
    const almost = fc
      .tuple(fc.constantFrom(...Object.keys(tiny())), fc.jsonValue())
      .map(([field, value]) => ({ ...tiny(), [field]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), almost), json => {
        expect(['taken', 'model-invalid']).toContain(codeOf(() => parseManifest(json)));
      }),
    );
  });

  test('a path that is taken stays inside the folder', () => {
    const parts = fc.constantFrom('..', '.', '/', '\\', 'a', 'C:', '~', '%2e', '\0', ' ');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), pieces => {
        const manifest = { ...tiny(), ...withTokenizer({ path: pieces.join('') }) };
        fc.pre(codeOf(() => parseManifest(manifest)) === 'taken');
        const path = join('/models/tiny', pieces.join(''));
        expect(path.startsWith('/models/tiny/')).toBe(true);
      }),
    );
  });

  test('its bytes are JSON or refused by name', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const copy = new Uint8Array(bytes);
        expect(['taken', 'model-invalid']).toContain(codeOf(() => parseModelJson(copy, 'x.json')));
      }),
    );
    expect(() => parseModelJson(Uint8Array.of(0x7b, 0xff), 'tokenizer.json')).toThrow(
      /tokenizer\.json/,
    );
  });
});

test('heads that cannot share their keys evenly are refused', () => {
  expect(() => parseManifest({ ...tiny('tiny-llama'), keyValueHeads: 3 })).toThrow(
    /heads must be a multiple of keyValueHeads/,
  );
});
