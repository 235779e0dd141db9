import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { beginsWith, healText } from '../../../../src/engine/decoding/tokenHealing';
import type { Strategy } from '../../../../src/common/protocol/engine/generate';
import { JsonTokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { readTiny } from '../modelFolder';
import { startEngine } from '../startEngine';

const tokenizerOf = (model: string) => {
  const { buffer } = new Uint8Array(readFileSync(`models/${model}/tokenizer.json`));
  return new JsonTokenizer(buffer);
};
const smollm2 = tokenizerOf('smollm2');

describe('what is held back', () => {
  test.each([
    ['files = os.lis', 'lis'],
    ['The weather in Lon', ' Lon'],
    ['x:\n    retur', ' retur'],
    ['{\n    "strict', 'strict'],
    ['Visit our page at https:', ':'],
    ['1, 2, 3,', ','],
    ['I have two cats.  ', ' '],
    ['I have two cats. ', ' '],
    ['import sys\n\n', '\n'],
    ['import sys\n', ''],
    ['def add(a, b):\n\t', '\t'],
    ['def add(a, b):\n        ', ' '],
    ['a\t', ''],
    ['Lon', ''],
    ['   ', ''],
    ['', ''],
    [`a ${'b'.repeat(100)}`, ''],
  ])('%j: %j', (text, heldBack) => {
    const healed = healText(smollm2, text);
    expect(healed.heldBack).toBe(heldBack);
    expect(healed.prompt + healed.heldBack).toBe(text);
  });

  test('and what is read is together the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const { prompt, heldBack } = healText(smollm2, text);
        expect(prompt + heldBack).toBe(text);
      }),
    );
  });
});

describe('tokens that may come', () => {
  const allowedAfter = (text: string, heldBack: string, tokens: readonly number[] = []) => {
    const bias = beginsWith(smollm2, text, heldBack)(tokens);
    return (
      bias && [...bias].flatMap((value, id) => (value >= 0 ? [smollm2.readableTextOf(id)] : []))
    );
  };
  const idOf = (text: string) => smollm2.encode(text).tokens[0]!.id;

  test('begin with what is held back, or are the first token of it', () => {
    const allowed = allowedAfter('The weather in Lond', ' Lond')!;
    expect(allowed).toContain(' London');
    expect(allowed).not.toContain(' ');
    const first = smollm2.readableTextOf(idOf(' Lond'));
    expect(allowed.every(text => text.startsWith(' Lond') || text === first)).toBe(true);
  });

  test('are all of them as soon as it has been written', () => {
    expect(allowedAfter('in Lond', ' Lond', [idOf(' London')])).toBeUndefined();
  });

  test('begin no white space after white space', () => {
    const first = allowedAfter('import sys\n\n', '\n')!;
    expect(first.every(text => /^\n(?![ \t-\r])/u.test(text))).toBe(true);
    const second = allowedAfter('import sys\n\n', '\n', [idOf('\n')])!;
    expect(second.some(text => /^[ \t-\r]/u.test(text))).toBe(false);
    expect(allowedAfter('import sys\n', '')!.some(text => /^[ \t-\r]/u.test(text))).toBe(false);
  });

  test('a word as it was typed is a little more probable than the longer ones', () => {
    const bias = beginsWith(smollm2, 'the old man', ' man')([])!;
    expect(bias[idOf(' man')]).toBeGreaterThan(0);
    expect(bias[idOf(' mans')]).toBeLessThanOrEqual(0);
  });
});

describe.each(['tiny-gpt2', 'tiny-llama'])('%s:', modelId => {
  let started: Awaited<ReturnType<typeof startEngine>>;
  beforeAll(async () => {
    started = await startEngine();
    await started.engine.load(readTiny(modelId));
    return () => started.close();
  });

  test.each<Strategy>([{ kind: 'greedy' }, { kind: 'sample', temperature: 1, seed: 3 }])(
    'what is written begins with what was typed: $kind',
    async strategy => {
      for (const text of ['The cat sa', 'The cat  ', 'The ca', 'The cat sat on the m', 'The\n\n']) {
        const {
          prompt,
          heldBack = '?',
          text: written,
        } = await started.engine.generate({
          ...{ modelId, text, strategy, maxNewTokens: 6, heal: true },
        });
        expect(prompt + heldBack).toBe(text);
        expect(written.startsWith(heldBack)).toBe(true);
        expect(/\s$/u.test(text) && /^\s/u.test(written.slice(heldBack.length))).toBe(false);
      }
    },
  );

  test('without anything held back the text is that of no healing', async () => {
    const request = {
      modelId,
      text: 'Lon',
      strategy: { kind: 'greedy' },
      maxNewTokens: 4,
    } as const;
    const healed = await started.engine.generate({ ...request, heal: true });
    expect(healed.text).toBe((await started.engine.generate(request)).text);
  });

  test('is refused beside beams, appended tokens and messages', async () => {
    const request = { modelId, text: 'The ca', heal: true } as const;
    for (const other of [
      { strategy: { kind: 'beam', beams: 2 } as const },
      { strategy: { kind: 'greedy' } as const, appended: [1] },
    ]) {
      await expect(started.engine.generate({ ...request, ...other })).rejects.toMatchObject({
        code: 'input-invalid',
      });
    }
  });
});
