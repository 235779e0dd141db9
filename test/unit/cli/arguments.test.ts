import { expect, test } from 'vitest';
import { readArguments } from '../../../src/cli/arguments';

const words = (line: string): string[] => line.split(' ').filter(word => word !== '');

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
  beams: undefined,
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

const ablate = {
  ...common,
  verb: 'ablate',
  ...{ heads: [], feedForwards: [], layers: [], eachHead: false, gate: 0, contrast: [], top: 10 },
  ...{ pair: undefined, masked: undefined, target: undefined, watched: undefined },
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
  [
    'heads --model bert --text a',
    {
      ...common,
      verb: 'heads',
      ...{ pair: undefined, kind: undefined, from: undefined, to: undefined },
    },
  ],
  [
    'heads --model bert --text a --kind cross --from it --to cat',
    { ...common, verb: 'heads', ...{ pair: undefined, kind: 'cross', from: 'it', to: 'cat' } },
  ],
  [
    'ablate --model bert --text a --heads 2.4,5.10 --feed-forwards 3',
    {
      ...ablate,
      heads: [
        { kind: undefined, layer: 2, head: 4 },
        { kind: undefined, layer: 5, head: 10 },
      ],
      feedForwards: [{ kind: undefined, layer: 3, head: 0 }],
    },
  ],
  [
    'ablate --model bert --text a --heads cross:1.2 --layers encoder:3 --gate .5 --mask 4 --top 2',
    {
      ...ablate,
      heads: [{ kind: 'cross', layer: 1, head: 2 }],
      layers: [{ kind: 'encoder', layer: 3, head: 0 }],
      ...{ gate: 0.5, masked: 4, top: 2 },
    },
  ],
  [
    'ablate --model bert --text a --each-head --watch 7 --contrast 7 --contrast 9 --target b',
    { ...ablate, eachHead: true, watched: 7, contrast: [7, 9], target: 'b' },
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
  expect(readArguments(words(line))).toEqual(expected);
});

const all = 'tokenize, analyze, generate, score, predict, classify, heads, and ablate';

/** Each with a word of what the user is told, and of whose options. */
const wrong: readonly (readonly [line: string, message: string, usage: string])[] = [
  ['ablate --model bert --text a', 'give --heads, --feed-forwards or --layers', 'ablate'],
  ['ablate --model bert --text a --heads 1.1 --each-head', 'or else --each-head', 'ablate'],
  ['ablate --model bert --text a --heads 2', '"2" is none. Write them like 2.4,5.10', 'ablate'],
  ['ablate --model bert --text a --heads 0.1', '"0.1" is none', 'ablate'],
  ['ablate --model bert --text a --heads 1.1,', '"" is none', 'ablate'],
  ['ablate --model bert --text a --layers cross:1', '"cross:1" is none', 'ablate'],
  ['ablate --model bert --text a --heads 1.1 --contrast 3', 'give --contrast twice', 'ablate'],
  ['', 'a verb is missing', '<verb> [options]'],
  ['--', 'a verb is missing', '<verb> [options]'],
  ['heads --model bert --text a --from it', '--from and --to go together', 'heads'],
  ['heads --model bert --text a --kind self', 'Allowed choices', 'heads'],
  ['write --model bert --text a', "unknown command 'write'", '<verb> [options]'],
  ['toString --model bert --text a', "unknown command 'toString'", '<verb> [options]'],
  ['--text a analyze --model bert', `the verb comes first; --text is for ${all}`, '<verb>'],
  [
    'generate --model bert --text a --beams x',
    "argument 'x' is invalid. It is not a count.",
    'generate',
  ],
  [
    'generate --model bert --text a --temperature warm',
    "'warm' is invalid. It is not a number.",
    'generate',
  ],
  [
    'generate --model bert --text a --length-penalty 1',
    '--length-penalty needs --beams',
    'generate',
  ],
  [
    'generate --model bert --text a --beams 2 --seed 1',
    "'--beams <n>' cannot be used with option '--seed <n>'",
    'generate',
  ],
  ['generate --model bert --text a --max-new-tokens -1', '--max-new-tokens', 'generate'],
  [
    'generate --model bert --text a --chat c',
    "'--chat <path>' cannot be used with option '--text <text>'",
    'generate',
  ],
  [
    'generate --model bert --text-file a --chat c',
    "'--chat <path>' cannot be used with option '--text-file <path>'",
    'generate',
  ],
  ['generate --model bert --text a --loop-guard maybe', 'Allowed choices are on, off.', 'generate'],
  ['analyze --text a', "required option '--model <id>' not specified", 'analyze'],
  ['analyze --model bert', 'give either --text or --text-file', 'analyze'],
  [
    'analyze --model bert --text a --text-file f',
    "'--text <text>' cannot be used with option '--text-file <path>'",
    'analyze',
  ],
  ['analyze --model bert --text a --lines', '--lines needs a file', 'analyze'],
  ['analyze --model bert --text a b', '"b" is one word too many', 'analyze'],
  [
    'analyze --model bert --text a --device cuda',
    'Allowed choices are auto, wasm, webgpu.',
    'analyze',
  ],
  ['analyze --model bert --text a --window-start -1', '--window-start', 'analyze'],
  [
    'analyze --model bert --text a --window-start x',
    "argument 'x' is invalid. It is not a count.",
    'analyze',
  ],
  ['analyze --model bert --text a --colour', "unknown option '--colour'", 'analyze'],
  ['analyze --model bert --text', "option '--text <text>' argument missing", 'analyze'],
  ['complete --line 1 --column 2', "required option '--file <path>' not specified", 'complete'],
  ['complete --file f --column 2', "required option '--line <n>' not specified", 'complete'],
  ['complete --file f --line 1', "required option '--column <n>' not specified", 'complete'],
];

test.each(wrong)('"%s" is refused with the usage', (line, message, usage) => {
  expectRefusal(line, message, usage);
});

const ofAnother: readonly (readonly [line: string, message: string])[] = [
  [
    'models --model bert',
    '--model is for tokenize, analyze, generate, score, predict, classify, heads, ablate, and complete, not for models',
  ],
  ['tokenize --model bert --text a --lens', '--lens is for predict, not for tokenize'],
  ['analyze --model bert --text a --omissions', '--omissions is for classify, not for analyze'],
  [
    'generate --model bert --text a --pair b',
    '--pair is for tokenize, analyze, heads, and ablate, not for generate',
  ],
  ['score --model bert --chat c', '--chat is for generate, not for score'],
  [
    'predict --model bert --text a --target b',
    '--target is for analyze, score, and ablate, not for predict',
  ],
  [
    'classify --model bert --text a --beams 5',
    '--beams is for analyze and generate, not for classify',
  ],
  [
    'classify --model bert --text a --beams=5',
    '--beams is for analyze and generate, not for classify',
  ],
  ['complete --file f --line 1 --column 2 --text a', `--text is for ${all}, not for complete`],
];

test.each(ofAnother)('"%s" is refused: the option is of another verb', (line, message) => {
  expectRefusal(line, message, line.split(' ')[0] ?? '');
});

function expectRefusal(line: string, message: string, usage: string): void {
  let refusal: unknown;
  try {
    readArguments(words(line));
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({
    code: 'input-invalid',
    message: expect.stringContaining(message) as string,
  });
  expect(refusal).toMatchObject({
    message: expect.stringContaining(`\n\nUsage: npm run -s engine -- ${usage}`) as string,
  });
}

test.each(['--help', 'help'])('"%s" names every verb', line => {
  const args = readArguments(words(line));
  expect(args.verb).toBe('help');
  const text = args.verb === 'help' ? args.text : '';
  for (const verb of [
    'models',
    'tokenize',
    'analyze',
    'generate',
    'score',
    'predict',
    'classify',
    'complete',
  ]) {
    expect(text).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
  }
});

test.each(['classify --help', 'classify --text a --help', 'help classify'])(
  '"%s" tells the options of that verb alone',
  line => {
    const args = readArguments(words(line));
    expect(args).toMatchObject({
      verb: 'help',
      text: expect.stringContaining('--omissions') as string,
    });
    expect(args).not.toMatchObject({ text: expect.stringContaining('--beams') as string });
  },
);
