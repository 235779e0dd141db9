import { expect, test } from 'vitest';
import { readArguments } from '../../../src/cli/arguments';

const common = {
  ...{ modelsDir: undefined, model: 'bert', source: { text: 'a' } },
  ...{ device: 'auto', threads: 0 },
};
const analyze = {
  ...common,
  verb: 'analyze',
  pair: undefined,
  windowStart: 0,
  hiddenStates: false,
  target: undefined,
  top: 0,
  masked: [],
};
const generate = {
  ...common,
  verb: 'generate',
  strategy: { kind: 'greedy' },
  maxNewTokens: undefined,
  stop: [],
  top: 0,
  attention: false,
  tree: false,
  chat: false,
  loopGuard: undefined,
};

const cases: readonly (readonly [string, object])[] = [
  ['models', { verb: 'models', modelsDir: undefined }],
  ['models --models-dir x', { verb: 'models', modelsDir: 'x' }],
  ['analyze --model bert --text a', analyze],
  ['analyze --model bert --text=', { ...analyze, source: { text: '' } }],
  [
    'tokenize --model bert --text a --pair b',
    { ...common, verb: 'tokenize', pair: 'b', steps: false },
  ],
  [
    'tokenize --model bert --text a --steps',
    { ...common, verb: 'tokenize', pair: undefined, steps: true },
  ],
  ['analyze --model bert --text a --device wasm', { ...analyze, device: 'wasm' }],
  ['analyze --model bert --text a --threads 2', { ...analyze, threads: 2 }],
  [
    'complete --file f --line 1 --column 2 --threads 2',
    {
      ...{ modelsDir: undefined, model: 'smollm2', device: 'auto', threads: 2 },
      ...{ verb: 'complete', file: 'f', line: 1, column: 2, invoked: false },
    },
  ],
  ['analyze --model bert --text a --target b --top 5', { ...analyze, target: 'b', top: 5 }],
  [
    'analyze --model bert --text-file f --lines --window-start 7 --hidden-states',
    { ...analyze, source: { file: 'f', lines: true }, windowStart: 7, hiddenStates: true },
  ],
  ['analyze --model bert --text a --mask 2 --mask 5', { ...analyze, masked: [2, 5] }],
  ['score --model bert --text a', { ...common, verb: 'score', target: undefined, top: 0 }],
  [
    'score --model bert --text a --target b --top 5',
    { ...common, verb: 'score', target: 'b', top: 5 },
  ],
  [
    'predict --model gpt2 --text a',
    {
      ...{ ...common, model: 'gpt2', verb: 'predict', appended: [], top: undefined },
      ...{ logitLens: false, watched: undefined, logits: false },
    },
  ],
  [
    'predict --model gpt2 --text a --append 5 --append 6 --top 3 --lens --watch 7 --logits',
    {
      ...{ ...common, model: 'gpt2', verb: 'predict', appended: [5, 6], top: 3 },
      ...{ logitLens: true, watched: 7, logits: true },
    },
  ],
  [
    'classify --model ulmfit --text a',
    { ...common, model: 'ulmfit', verb: 'classify', omissions: false },
  ],
  [
    'classify --model ulmfit --text a --omissions',
    { ...common, model: 'ulmfit', verb: 'classify', omissions: true },
  ],
  ['generate --model bert --text a', generate],
  [
    'generate --model bert --text a --max-new-tokens 9 --stop x --stop y --top 3 --attention',
    { ...generate, maxNewTokens: 9, stop: ['x', 'y'], top: 3, attention: true },
  ],
  [
    'generate --model bert --chat c.json --lines --loop-guard off',
    { ...generate, source: { file: 'c.json', lines: true }, chat: true, loopGuard: false },
  ],
  ['generate --model bert --text a --loop-guard on', { ...generate, loopGuard: true }],
  [
    'generate --model bert --text a --beams 5 --tree',
    { ...generate, strategy: { kind: 'beam', beams: 5 }, tree: true },
  ],
  [
    'generate --model bert --text a --beams 5 --length-penalty 0.6',
    { ...generate, strategy: { kind: 'beam', beams: 5, lengthPenalty: 0.6 } },
  ],
  [
    'generate --model bert --text a --temperature .7 --top-k 40 --top-p 0.9 --repetition-penalty 1.1 --seed 4',
    {
      ...generate,
      strategy: {
        kind: 'sample',
        temperature: 0.7,
        topK: 40,
        topP: 0.9,
        repetitionPenalty: 1.1,
        seed: 4,
      },
    },
  ],
  [
    'generate --model bert --text a --top-p 0.9 --min-p .05',
    { ...generate, strategy: { kind: 'sample', temperature: 1, topP: 0.9, minP: 0.05, seed: 0 } },
  ],
];

test.each(cases)('%s', (line, expected) => {
  expect(readArguments(line.split(' '))).toEqual(expected);
});

const wrong: readonly (readonly [string, string])[] = [
  ['', 'a verb is missing'],
  ['write --model bert --text a', '"write" is not a verb'],
  ['toString --model bert --text a', '"toString" is not a verb'],
  ['generate --model bert --text a --beams x', '--beams x is not a count'],
  ['generate --model bert --text a --temperature warm', '--temperature warm is not a number'],
  ['generate --model bert --text a --length-penalty 1', '--length-penalty needs --beams'],
  ['generate --model bert --text a --beams 2 --seed 1', 'take one of them'],
  ['generate --model bert --text a --max-new-tokens -1', '--max-new-tokens'],
  ['generate --model bert --text a --chat c', 'give either --text or --text-file'],
  ['generate --model bert --text a --loop-guard maybe', '--loop-guard maybe is not on or off'],
  ['score --model bert --chat c', '--chat is for generate'],
  ['analyze --text a', '--model is missing'],
  ['analyze --model bert', 'give either --text or --text-file'],
  ['analyze --model bert --text a --text-file f', 'give either --text or --text-file'],
  ['analyze --model bert --text a --lines', '--lines needs a file'],
  ['analyze --model bert --text a b', '"b" is one word too many'],
  ['analyze --model bert --text a --device cuda', '--device cuda is not wasm, webgpu or auto'],
  ['analyze --model bert --text a --window-start -1', '--window-start'],
  ['analyze --model bert --text a --window-start x', '--window-start x is not a count'],
  ['analyze --model bert --text a --colour', '--colour'],
];

test.each(wrong)('"%s" is refused with the usage', (line, message) => {
  expect(() => readArguments(line.split(' ').filter(word => word !== ''))).toThrow(
    expect.objectContaining({
      code: 'input-invalid',
      message: expect.stringMatching(
        new RegExp(`${message.replace(/[^\w ]/g, '\\$&')}[^]*npm run -s engine`),
      ) as string,
    }),
  );
});
