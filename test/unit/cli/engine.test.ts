import { execFile, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Analysis } from '../../../src/common/protocol/engine/analyze';
import { root } from '../engine/modelFolder';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

const folder = mkdtempSync(join(tmpdir(), 'lm-evolution-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs the built command on the fixture models. @returns its exit code, or the signal that ended it. */
function runRaw(args: readonly string[], onStart = (_: ChildProcess): void => undefined) {
  const models = args.includes('--models-dir') ? [] : ['--models-dir', join(root, 'test/fixtures')];
  const all = [join(root, 'dist/engine.js'), ...args, ...models];
  return new Promise<{ code: number | string; stdout: string; stderr: string }>(resolve => {
    const child = execFile(process.execPath, all, { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? error?.signal ?? 0, stdout, stderr }),
    );
    onStart(child);
  });
}

/** The same with every document that it printed. */
async function run(...args: string[]) {
  const { code, stdout, stderr } = await runRaw(args);
  const lines = stdout.trimEnd().split('\n');
  expect(stdout, `nothing on stdout; on stderr: ${stderr}`).not.toBe('');
  return { code, stderr, documents: lines.map((line): unknown => JSON.parse(line)) };
}
interface RankedHead {
  readonly layer: number;
  readonly head: number;
  readonly telling?: number;
  readonly weight?: number;
}
const failure = (code: string) => ({ error: { code, message: expect.any(String) as string } });

test('models are listed by their manifests, with what they can do', async () => {
  const { code, documents } = await run('models');
  expect(code).toBe(0);
  expect(documents).toEqual([
    expect.arrayContaining([
      expect.objectContaining({ id: 'tiny-bert', layers: 2, can: ['tokenize', 'analyze'] }),
      expect.objectContaining({
        id: 'tiny-transformer',
        can: ['tokenize', 'analyze', 'generate', 'score', 'ablate'],
      }),
    ]),
  ]);
});

test('a text is tokenized', async () => {
  const { code, documents } = await run('tokenize', '--model', 'tiny-bert', '--text', 'the cat');
  expect(code).toBe(0);
  expect(documents).toEqual([
    {
      modelId: 'tiny-bert',
      tokens: expect.arrayContaining([
        expect.objectContaining({ text: 'cat', start: 4, end: 7 }),
      ]) as unknown[],
    },
  ]);
});

test('a text is tokenized step by step, and no model is loaded for it', async () => {
  const { documents, stderr } = await run(
    ...['tokenize', '--model', 'tiny-transformer', '--text', 'the', '--steps'],
  );
  expect(stderr).toBe('');
  expect(documents).toMatchObject([
    {
      detail: {
        kind: 'byte-level',
        words: [{ word: 0, steps: expect.arrayContaining([expect.anything()]) as unknown }],
      },
    },
  ]);
});

test('an analysis is printed as it crosses ports, with plain arrays; progress goes to stderr', async () => {
  const { code, documents, stderr } = await run(
    ...['analyze', '--model', 'tiny-bert', '--text', 'the cat', '--pair', 'a mat'],
    '--hidden-states',
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(/^tiny-bert was loaded in \d+ ms; device: wasm/);
  const [document] = documents as [
    { attentions: { shape: number[]; weights: number[] }[]; hiddenStates: { values: number[] } },
  ];
  expect(document.attentions[0]?.shape).toEqual([2, 4, 7, 7]);
  expect(document.attentions[0]?.weights).toHaveLength(2 * 4 * 7 * 7);
  expect(document.hiddenStates.values).toHaveLength(3 * 7 * 32);
  expect(document).toMatchObject({
    modelId: 'tiny-bert',
    window: { start: 0, count: 2, total: 2 },
    dropped: 0,
    device: 'wasm',
    target: [],
    candidates: [],
  });
});

test('a text is translated, with what was asked for', async () => {
  const { code, documents } = await run(
    ...['generate', '--model', 'tiny-transformer', '--text', 'the chair'],
    ...['--beams', '3', '--top', '2', '--attention'],
  );
  expect(code).toBe(0);
  const [document] = documents as [
    { target: object[]; hypotheses: object[]; candidates: object[][]; attentions: object[] },
  ];
  expect(document).toMatchObject({ modelId: 'tiny-transformer', device: 'wasm', dropped: 0 });
  expect(document.hypotheses).toHaveLength(3);
  expect(document.candidates.map(row => row.length)).toEqual(document.target.map(() => 2));
  expect(document.attentions).toHaveLength(3);
});

test('a text is gone on with, the same for the same seed', async () => {
  const args = ['generate', '--model', 'tiny-gpt2', '--text', 'the cat', '--max-new-tokens', '5'];
  const [first, again] = [await run(...args, '--seed', '3'), await run(...args, '--seed', '3')];
  const textOf = ([document]: unknown[]) => (document as { text: string }).text;
  expect(first.code).toBe(0);
  expect(textOf(again.documents)).toBe(textOf(first.documents));
});

test('a conversation is answered, and what the model read of it is told', async () => {
  const path = file('messages.json', JSON.stringify([{ role: 'user', content: 'Hi!' }]));
  const { code, documents } = await run(
    ...['generate', '--model', 'tiny-llama', '--chat', path, '--max-new-tokens', '3'],
  );
  expect(code).toBe(0);
  const [document] = documents as [{ prompt: string }];
  expect(document.prompt).toContain('<|im_start|>user\nHi!<|im_end|>\n<|im_start|>assistant\n');
});

test.each([
  ['no JSON', 'Hi!', /are no JSON array/],
  ['one message alone', '{"role":"user","content":"Hi!"}', /are no JSON array/],
  [
    'an unknown role',
    '[{"role":"tool","content":"Hi!"}]',
    /role must be system, user or assistant/,
  ],
])('a conversation of %s is refused', async (_, json, message) => {
  const path = file('wrong.json', json);
  const { code, documents } = await run('generate', '--model', 'tiny-llama', '--chat', path);
  expect(code).toBe(1);
  expect(documents).toEqual([
    { error: { code: 'input-invalid', message: expect.stringMatching(message) as string } },
  ]);
});

test('a text is scored, and the first token has no probability', async () => {
  const { code, documents } = await run('score', '--model', 'tiny-gpt2', '--text', 'the cat');
  expect(code).toBe(0);
  const [document] = documents as [{ logProbabilities: unknown[]; bitsPerByte: number }];
  expect(document.logProbabilities[0]).toBeNull();
  expect(document.bitsPerByte).toBeGreaterThan(0);
});

test('the next token is predicted, and what each layer would say', async () => {
  const { code, documents } = await run(
    ...['predict', '--model', 'tiny-llama', '--text', 'the cat', '--append', '5'],
    ...['--top', '2', '--lens', '--watch', '7'],
  );
  expect(code).toBe(0);
  const [document] = documents as [{ candidates: unknown[]; lens: unknown[]; logits?: unknown }];
  expect(document.candidates).toHaveLength(2);
  expect(document.lens).toHaveLength(3);
  expect(document.logits).toBeUndefined();
});

test('a text is classified, as a whole and without each word', async () => {
  const { code, documents } = await run(
    ...['classify', '--model', 'tiny-ulmfit', '--text', 'the cat', '--omissions'],
  );
  expect(code).toBe(0);
  const [document] = documents as [{ probabilities: number[]; omissions: unknown[] }];
  expect(document.probabilities).toHaveLength(2);
  expect(document.omissions).toHaveLength(2);
});

test('a given translation is analyzed, with candidates', async () => {
  const { code, documents } = await run(
    ...['analyze', '--model', 'tiny-seq2seq-attention', '--text', 'the chair'],
    ...['--target', 'la chaise', '--top', '1', '--hidden-states'],
  );
  expect(code).toBe(0);
  expect(documents).toEqual([
    expect.objectContaining({
      targetText: 'la chaise',
      attentions: [expect.objectContaining({ kind: 'cross' })],
      contexts: expect.objectContaining({ shape: expect.any(Array) as number[] }) as object,
    }),
  ]);
});

test('heads are ranked, and found by a link between two words', async () => {
  const { code, documents } = await run(
    ...['heads', '--model', 'tiny-bert', '--text', 'the cat sat on the mat'],
    ...['--from', 'mat', '--to', 'Cat'],
  );
  expect(code).toBe(0);
  const [ranking] = documents as { heads: RankedHead[]; find: RankedHead[] }[]; // As the command prints it.
  const { heads = [], find = [] } = ranking ?? {};
  const isSorted = (values: (number | undefined)[]) =>
    values.every((value = NaN, index) => index === 0 || value <= (values[index - 1] ?? NaN));
  expect(heads).toHaveLength(8);
  expect(find).toHaveLength(8);
  expect(isSorted(heads.map(({ telling }) => telling))).toBe(true);
  expect(isSorted(find.map(({ weight }) => weight))).toBe(true);
  expect(new Set(find.map(({ layer, head }) => `${layer}.${head}`))).toEqual(
    new Set([1, 2].flatMap(layer => [1, 2, 3, 4].map(head => `${layer}.${head}`))),
  );
  const { documents: analyses } = await run(
    ...['analyze', '--model', 'tiny-bert', '--text', 'the cat sat on the mat'],
  );
  const [{ source = [], attentions = [] } = {}] = analyses as Partial<Analysis>[]; // As it is printed.
  const [attention] = attentions;
  const place = (word: string) => source.findIndex(({ text }) => text === word);
  const [, H = 0, Q = 0, K = 0] = attention?.shape ?? [];
  for (const { layer, head, weight = NaN } of find) {
    const at = (((layer - 1) * H + head - 1) * Q + place('mat')) * K + place('cat');
    expect(weight).toBeCloseTo(attention?.weights[at] ?? NaN, 6);
  }
});

const ablations = [
  ['tiny-gpt2', ['--heads', '1.2', '--feed-forwards', '2'], 1],
  ['tiny-masked-bert', ['--heads', '2.1', '--mask', '2'], 1],
  ['tiny-masked-bert', ['--layers', '1'], 8],
] as const;

test.each(ablations)('%s predicts without %j, and before', async (model, parts, places) => {
  const { code, documents } = await run(
    ...['ablate', '--model', model, '--text', 'the cat sat on the mat'],
    ...[...parts, '--top', '2'],
  );
  expect(code).toBe(0);
  const [document] = documents as [
    { before: Prediction; after: Prediction; kl: number; logProbabilityChange: number },
  ];
  const watched = ({ tokens, ...only }: Prediction) =>
    (tokens ?? [only]).map(each => each.watched?.logProbability ?? NaN);
  const [before, after] = [watched(document.before), watched(document.after)];
  expect(before).toHaveLength(places);
  expect(document.kl).toBeGreaterThan(0);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  expect(document.logProbabilityChange).toBeCloseTo(sum(after) - sum(before), 9);
});

interface PlacePrediction {
  readonly watched?: { readonly logProbability: number };
}
/** As the command prints it: of one place, or of all. */
type Prediction = PlacePrediction & { readonly tokens?: readonly PlacePrediction[] };

test('a translation is made without some heads, and measured by the one before', async () => {
  const { code, documents } = await run(
    ...['ablate', '--model', 'tiny-transformer', '--text', 'the cat', '--heads', '1.2,encoder:2.1'],
  );
  expect(code).toBe(0);
  const [document] = documents as [{ heads: object[]; before: { text: string }; after: object }];
  expect(document.heads).toEqual([
    { kind: 'cross', layer: 1, head: 2 },
    { kind: 'encoder', layer: 2, head: 1 },
  ]);
  const { documents: written } = await run(
    ...['generate', '--model', 'tiny-transformer', '--text', 'the cat', '--beams', '5'],
  );
  expect(document.before.text).toBe((written as [{ text: string }])[0].text);
  expect(document.after).toEqual(
    expect.objectContaining({
      text: expect.any(String) as string,
      logProbability: expect.any(Number) as number,
    }),
  );
});

test('heads are ranked by what the model predicts without each', async () => {
  const { code, documents } = await run(
    ...['ablate', '--model', 'tiny-gpt2', '--text', 'the cat', '--each-head'],
  );
  expect(code).toBe(0);
  const [{ effects }] = documents as [{ effects: { heads: object[]; kl: number }[] }];
  const changes = effects.map(({ kl }) => kl);
  expect(changes).toEqual(changes.toSorted((a, b) => b - a));
  expect(new Set(effects.map(({ heads }) => JSON.stringify(heads))).size).toBe(effects.length);
});

test.each([
  ['tiny-gpt2', '9.1', /has no decoder layer 9, head 1: it has \d decoder layers of \d heads/],
  ['tiny-ulmfit', '1.1', /has no attention/],
  ['tiny-bert', '1.1', /without the head that fills a mask/],
] as const)('%s without head %s is refused', async (model, heads, message) => {
  const { code, documents } = await run(
    ...['ablate', '--model', model, '--text', 'the cat', '--heads', heads],
  );
  expect(code).toBe(1);
  expect(documents).toEqual([
    { error: { code: 'input-invalid', message: expect.stringMatching(message) as string } },
  ]);
});

test('null bytes in a text are no reason to fail', async () => {
  const path = file('nulls.txt', 'the\0 cat\0');
  const { code, documents } = await run('tokenize', '--model', 'tiny-bert', '--text-file', path);
  expect(code).toBe(0);
  expect(documents).toEqual([
    expect.objectContaining({
      tokens: expect.arrayContaining([
        expect.objectContaining({ text: 'cat', start: 5, end: 8 }),
      ]) as unknown[],
    }),
  ]);
});

test('of many lines one that fails has its own document, and the rest goes on', async () => {
  const path = file('lines.txt', 'the cat\r\n\r\na mat\n');
  const { code, documents } = await run(
    ...['analyze', '--model', 'tiny-bert', '--text-file', path, '--lines'],
  );
  expect(code).not.toBe(0);
  expect(documents).toEqual([
    expect.objectContaining({ modelId: 'tiny-bert' }),
    failure('input-empty'),
    expect.objectContaining({ modelId: 'tiny-bert' }),
  ]);
});

const failures: readonly (readonly [string, readonly string[], string])[] = [
  ['no verb', [], 'input-invalid'],
  ['an empty text', ['analyze', '--model', 'tiny-bert', '--text', ' '], 'input-empty'],
  [
    'an empty text to translate',
    ['generate', '--model', 'tiny-transformer', '--text='],
    'input-empty',
  ],
  [
    'a model that writes nothing',
    ['generate', '--model', 'tiny-bert', '--text', 'a'],
    'input-invalid',
  ],
  [
    'no beam',
    ['generate', '--model', 'tiny-transformer', '--text', 'a', '--beams', '0'],
    'input-invalid',
  ],
  [
    'a translation that is missing',
    ['score', '--model', 'tiny-transformer', '--text', 'a'],
    'input-invalid',
  ],
  ['no such model', ['analyze', '--model', 'gpt9', '--text', 'a'], 'model-missing'],
  ['a model that is a path', ['analyze', '--model', '../x', '--text', 'a'], 'model-missing'],
  [
    'WebGPU in Node.js',
    ['analyze', '--model', 'tiny-bert', '--text', 'a', '--device', 'webgpu'],
    'device-unavailable',
  ],
  [
    'a word that the text lacks',
    ['heads', '--model', 'tiny-bert', '--text', 'the cat', '--from', 'it', '--to', 'cat'],
    'input-invalid',
  ],
  [
    'heads of a model without attention',
    ['heads', '--model', 'tiny-ulmfit', '--text', 'the cat'],
    'input-invalid',
  ],
  [
    'heads of a kind that the model lacks',
    ['heads', '--model', 'tiny-bert', '--text', 'the cat', '--kind', 'cross'],
    'input-invalid',
  ],
  [
    'a file that is not there',
    ['analyze', '--model', 'tiny-bert', '--text-file', join(folder, 'none')],
    'input-invalid',
  ],
  [
    'a file that is not UTF-8',
    [
      ...['analyze', '--model', 'tiny-bert', '--text-file'],
      file('latin1.txt', Uint8Array.of(0x63, 0x61, 0x66, 0xe9)),
    ],
    'input-invalid',
  ],
  [
    'a binary file',
    [
      ...['analyze', '--model', 'tiny-bert', '--text-file'],
      file('binary.bin', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a)),
    ],
    'input-invalid',
  ],
  [
    'a file that is too long',
    ['analyze', '--model', 'tiny-bert', '--text-file', file('long.txt', 'a '.repeat(60_000))],
    'input-too-long',
  ],
];

test.each(failures)(
  '%s fails with a code and nothing else on stdout',
  async (_, args, expected) => {
    const { code, documents } = await run(...args);
    expect(code).not.toBe(0);
    expect(documents).toEqual([failure(expected)]);
  },
);

test('a reader that closes the pipe ends the command quietly', async () => {
  const path = file('many.txt', 'the cat sat on the mat\n'.repeat(300));
  const { code, stderr } = await runRaw(
    ['analyze', '--model', 'tiny-bert', '--text-file', path, '--lines'],
    child => child.stdout?.once('data', () => child.stdout?.destroy()),
  );
  expect(code).toBe(1);
  expect(stderr).not.toContain('EPIPE');
});

test('what the editor would be offered is told with its range, or why nothing is', async () => {
  const path = file('complete.py', 'def add(a, b):\n    return (a\n\n');
  const complete = (line: number, column: number, model = ['tiny-gpt2']) =>
    run(
      ...['complete', '--file', path, '--line', String(line), '--column', String(column)],
      ...['--model', ...model],
    );
  const { code, documents } = await complete(2, 14, [
    ...['gpt2', '--models-dir', join(root, 'models')],
  ]);
  expect(code).toBe(0);
  const [document] = documents as { offers: { text: string; range: unknown }[]; why: string }[];
  expect(document?.why).toMatch(/\.$/u);
  expect(document?.offers).not.toHaveLength(0);
  for (const { text, range } of document?.offers ?? []) {
    expect(text.trim()).not.toBe('');
    expect(range).toMatchObject({ start: { line: 2, column: 14 }, end: { line: 2 } });
  }
  for (const column of [12, 13]) {
    expect((await complete(2, column)).documents).toEqual([
      { offers: [], why: expect.stringContaining('Nothing was offered') as string },
    ]);
  }
  for (const [line, column] of [
    [9, 1],
    [2, 99],
    [0, 1],
  ] as const) {
    expect(await complete(line, column)).toMatchObject({
      code: 1,
      documents: [failure('input-invalid')],
    });
  }
  expect(await run('complete', '--file', path)).toMatchObject({
    code: 1,
    documents: [failure('input-invalid')],
  });
});
