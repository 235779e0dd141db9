import { expect, test } from 'vitest';
import { readArguments } from '../../../src/cli/arguments';

const analyze = {
  verb: 'analyze',
  modelsDir: undefined,
  model: 'bert',
  source: { text: 'a' },
  pair: undefined,
  device: 'auto',
  windowStart: 0,
  hiddenStates: false,
};

const cases: readonly (readonly [string, object])[] = [
  ['models', { verb: 'models', modelsDir: undefined }],
  ['models --models-dir x', { verb: 'models', modelsDir: 'x' }],
  ['analyze --model bert --text a', analyze],
  ['analyze --model bert --text=', { ...analyze, source: { text: '' } }],
  ['tokenize --model bert --text a --pair b', { ...analyze, verb: 'tokenize', pair: 'b' }],
  ['analyze --model bert --text a --device wasm', { ...analyze, device: 'wasm' }],
  [
    'analyze --model bert --text-file f --lines --window-start 7 --hidden-states',
    { ...analyze, source: { file: 'f', lines: true }, windowStart: 7, hiddenStates: true },
  ],
];

test.each(cases)('%s', (line, expected) => {
  expect(readArguments(line.split(' '))).toEqual(expected);
});

const wrong: readonly (readonly [string, string])[] = [
  ['', 'a verb is missing'],
  ['generate --model bert --text a', '"generate" is not a verb'],
  ['analyze --text a', '--model is missing'],
  ['analyze --model bert', 'give either --text or --text-file'],
  ['analyze --model bert --text a --text-file f', 'give either --text or --text-file'],
  ['analyze --model bert --text a --lines', '--lines needs --text-file'],
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
