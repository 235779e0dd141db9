import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attention } from '../../../../src/common/protocol/engine/types';
import { allHeadsOf } from '../../../../webview/attention/export/allHeads';
import { allHeadsJson } from '../../../../webview/attention/export/allHeadsJson';
import {
  packWeights,
  unpackWeights,
} from '../../../../webview/attention/export/exportedPage/facts';
import { interactiveOf } from '../../../../webview/attention/export/interactive';
import { npyOfFloats, npyOfTexts } from '../../../../webview/attention/export/npy';
import { npzOf } from '../../../../webview/attention/export/npz';
import { attentionOf, sampleOf } from '../sample';

const python = '.cache/python/bin/python';

const pieces = ['a', '</script>', '図', '🏳️‍🌈', '[SEP]'];
/** A decoder looks at nothing that comes later. */
const masked: Attention = {
  ...attentionOf(2, 3, pieces.length, (layer, head, query, key) =>
    key > query ? 0 : 1 + ((layer + 2 * head + 3 * key) % 5),
  ),
  kind: 'decoder',
};
const sample = sampleOf(pieces, [], masked);
const all = allHeadsOf(sample.figure(), sample.shown);

describe('all heads as JSON', () => {
  const json = JSON.parse(allHeadsJson(all)) as {
    about: string;
    countedFrom: number;
    attentions: {
      kind: string;
      shape: number[];
      queries: { text: string }[];
      weights: (number | null)[][][][];
    }[];
  };

  test('are the weights as they are, and null where a token may not look', () => {
    const [only] = json.attentions;
    expect(json.attentions).toHaveLength(1);
    expect(only?.shape).toEqual([2, 3, 5, 5]);
    const flat = only?.weights.flat(3) ?? [];
    flat.forEach((weight, index) => {
      const [query, key] = [Math.floor(index / 5) % 5, index % 5];
      expect(weight === null).toBe(key > query);
      expect(weight === null ? 0 : Math.fround(weight)).toBe(masked.weights[index]);
    });
  });

  test('say from which number they count, and hold no place of a file', () => {
    expect(json.countedFrom).toBe(1);
    expect(json.about).toContain('weights[0][1] is layer 1, head 2');
    expect(JSON.stringify(json)).not.toContain('file:');
  });

  test('are refused where they would fill a text of hundreds of megabytes', () => {
    const weights = new Float32Array(2 ** 23 + 1);
    const large = { ...all, kinds: [{ ...all.kinds[0]!, attention: { ...masked, weights } }] };
    expect(() => allHeadsJson(large)).toThrow(/8,388,609 numbers.*NPZ/u);
  });
});

describe('files of NumPy', () => {
  test('begin with a header that ends at a multiple of 64', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 6 }), shape => {
        const size = shape.reduce((product, length) => product * length, 1);
        const file = npyOfFloats(new Float32Array(size), shape);
        const length = new DataView(file.buffer).getUint16(8, true);
        expect((10 + length) % 64).toBe(0);
        expect(file.length).toBe(10 + length + 4 * size);
        expect(file[10 + length - 1]).toBe(10);
      }),
    );
  });

  test('take texts of any characters, four bytes each', () => {
    const file = npyOfTexts(['a', '🏳️'], [2]);
    expect(new TextDecoder('latin1').decode(file)).toContain("'descr': '<U2'");
    expect(file.length % 64).toBe((2 * 2 * 4) % 64);
  });

  test.skipIf(!existsSync(python))('are read by NumPy, number by number', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'heads-')), 'heads.npz');
    writeFileSync(path, await npzOf(all));
    const program = `
import json, sys
import numpy
file = numpy.load(sys.argv[1])
weights = file["decoder_weights"]
print(json.dumps({
  "names": sorted(file.files),
  "type": str(weights.dtype),
  "shape": list(weights.shape),
  "weights": [None if numpy.isnan(w) else float(w) for w in weights.ravel()],
  "queries": file["decoder_queries"].tolist(),
  "info": json.loads(str(file["info"])),
}))`;
    const read = JSON.parse(execFileSync(python, ['-c', program, path], { encoding: 'utf8' })) as {
      weights: (number | null)[];
      info: { countedFrom: number; segments: unknown[] };
    };
    expect(read).toMatchObject({
      names: ['decoder_keys', 'decoder_queries', 'decoder_weights', 'info'],
      type: 'float32',
      shape: [2, 3, 5, 5],
      queries: all.kinds[0]?.queries.map(({ label }) => label),
    });
    read.weights.forEach((weight, index) => {
      const isMasked = index % 5 > Math.floor(index / 5) % 5;
      expect(weight).toBe(isMasked ? null : masked.weights[index]);
    });
    expect(read.info.countedFrom).toBe(0);
    expect(read.info.segments).toEqual([{ text: sample.shown.subject.segments[0].text }]);
  });
});

describe('the interactive page', () => {
  test('has each weight within a hundred thousandth', async () => {
    await fc.assert(
      fc.asyncProperty(fc.float32Array({ min: 0, max: 1, noNaN: true }), async weights => {
        const unpacked = await unpackWeights(await packWeights(weights));
        expect(unpacked).toHaveLength(weights.length);
        unpacked.forEach((weight, index) =>
          expect(Math.abs(weight - weights[index]!)).toBeLessThan(8e-6),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('is not ended by what its text says, and refers to nothing outside', async () => {
    const html = await interactiveOf(all, [], false, {
      script: 'const text = "</script>";',
      style: 'a::after { content: "</style>" }',
    });
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html).not.toMatch(/(?:src|href)=|@import|url\(/);
    expect(html).toContain("default-src 'none'");
  });
});
