import { expect, test } from 'vitest';
import type { CursorContext } from '../../../../../src/extension/features/completion/cursorContext';
import {
  reindented,
  judge,
  postprocess,
  isLoop,
  repeatsNeighbour,
  withoutFollowing,
  withoutPhraseTwice,
} from '../../../../../src/extension/features/completion/postprocess';

/** The context of the caret, which is at `|`. */
function contextOf(text: string, isProse = false): CursorContext {
  const caret = text.indexOf('|');
  return { before: text.slice(0, caret), after: text.slice(caret + 1), isProse };
}

test.each([
  ['a = 1\n|\nb = 22', 'c = 3\nb = 22', 'c = 3'],
  ['a|', ' b', ' b'],
])('at %j, %j is cut to %j, so that nothing is repeated', (text, written, shown) => {
  expect(withoutFollowing(written, contextOf(text).after)).toBe(shown);
});

test.each([
  ['The same line.\nThe |', 'same line.', true],
  ['x\n|\nThe next line', 'The next line', true],
  ['}\n|', '}', false],
  ['One line.\nThe |', 'other line.', false],
])('at %j the text %j repeats a neighbour: %s', (text, written, repeats) => {
  const at = contextOf(text);
  expect(repeatsNeighbour(written, at, at.after.split('\n')[0] ?? '')).toBe(repeats);
});

test.each([
  [' a word. It has its own ways and its own ways', ' a word. It has its own ways and'],
  [' nothing new', ' nothing new'],
])('of %j, a repeated phrase is left out: %j', (text, once) => {
  expect(withoutPhraseTwice(text, 'Say')).toBe(once);
});

test.each([
  ['Favorite Favorite Favorite', true],
  ['os.path.join(os.path.join(os.path.join(', true],
  ['0, 0, 0, 0, 0', false],
  ['a, b, c', false],
])('%j is a loop: %s', (text, is) => {
  expect(isLoop(text)).toBe(is);
});

test.each([
  ['for x in y:\n    f(x)\n        g', '\t', 'for x in y:\n\tf(x)\n\t\tg'],
  ['{\n\ta\n\t\tb', '  ', '{\n  a\n    b'],
  ['a\n    b', '    ', 'a\n    b'],
])('%j is indented by %j as %j', (text, unit, expected) => {
  expect(reindented(text, unit)).toBe(expected);
});

test.each([
  ['The cat|', ' sat on the ma', 'length', ' sat'],
  ['The cat|', '', 'stop', 'nothing-written'],
  ['The cat|', '   ', 'stop', 'nothing-written'],
  ['The cat|', ' of the', 'stop', 'nothing-written'],
  ['ab\nab|', '', 'stop', 'nothing-written'],
  ['x|', ' caf\uFFFD and more', 'stop', 'nothing-written'],
  ['The dog sat on it.\nThe dog|', ' sat on it.', 'stop', 'repeats'],
  ['A robot|', ' has its own ways, and it has its own', 'stop', ' has its own ways'],
] as const)('at %j, %j (%s) is shown as %j', (text, written, finish, shown) => {
  const at = contextOf(text, true);
  const tokens = [{ end: written.length, logProbability: -0.1 }];
  const judgement = judge(postprocess(written, finish, 'line', at, tokens), at);
  expect('offer' in judgement ? judgement.offer.text : judgement.reason).toBe(shown);
});

test.each([
  [
    'return 2 * |',
    'width + 2 * height + 2 * width + 2 * height + 2 * width + 2',
    'width + 2 * height',
  ],
  ['row = |', '0.25, 0.25, 0.25, 0.25', '0.25, 0.25, 0.25, 0.25'],
  ['a = |', 'alpha(beta) + alpha(gamma)', 'alpha(beta) + alpha(gamma)'],
] as const)('code at %j, %j, is shown as %j', (text, written, shown) => {
  const at = contextOf(text);
  const tokens = [{ end: written.length, logProbability: -0.1 }];
  const judgement = judge(postprocess(written, 'stop', 'line', at, tokens), at);
  expect('offer' in judgement ? judgement.offer.text : judgement.reason).toBe(shown);
});

test.each([
  ['{\n  "version": "1|"\n}', '.0.0",', '.0.0"'],
  ['{\n  "version": "1|"', '.0.0",', '.0.0",'],
  ['{\n  "version": "1|"\n  "name": "x"\n}', '.0.0",', '.0.0",'],
] as const)('JSON at %j, %j, is shown as %j', (text, written, shown) => {
  const at = { ...contextOf(text), languageId: 'json' };
  const tokens = [{ end: written.length, logProbability: -0.1 }];
  const judgement = judge(postprocess(written, 'stop', 'line', at, tokens), at);
  expect('offer' in judgement ? judgement.offer.text : judgement.reason).toBe(shown);
});

test('a text is not shown if the mean of its tokens is improbable', () => {
  const at = contextOf('The cat|', true);
  const of = (...logProbabilities: readonly number[]) =>
    judge(
      postprocess(
        ' sat down.',
        'stop',
        'line',
        at,
        logProbabilities.map((logProbability, index) => ({ end: 5 * (index + 1), logProbability })),
      ),
      at,
    );
  expect(of(-9, -9)).toEqual({ reason: 'unlikely' });
  expect(of(-0.1, -0.3)).toMatchObject({ offer: { text: ' sat down.', score: -0.2 } });
});

test.each([
  ['The old man|', true, [' sat', -0.2], [' down', -0.1], [',', -1], [' grim', -5], ' sat down'],
  ['The old man|', true, [' sat', -0.2], [' down', -0.1], [' grimly', -6], ['.', -1], 'unlikely'],
  ['The old m|', true, ['an', -0.1], [' sat', -4], [' down', -4], ['.', -1], 'an'],
  ['impor|', false, ['t', -0.01], [' numpy', -2.5], [' as', -0.1], [' np', -0.1], 't'],
  ['os.lis|', false, ['tdir', -0.05], ['(', -0.9], ['sys', -4], [')', -1.4], 'tdir'],
  ['x = f(1)|', false, [' +', -2.5], [' a', -2.5], ['', 0], ['', 0], 'unlikely'],
  ['return|', false, [' 1', -0.1], [' if', -0.1], [' x', -1.5], [' else', -0.1], 'unlikely'],
] as const)(
  'at %j, prose: %s, the model is sure of %j %j %j %j as far as %j',
  (text, isProse, ...rest) => {
    const steps = rest.slice(0, 4) as (readonly [string, number])[];
    const at = contextOf(text, isProse);
    let written = '';
    const tokens = steps.map(([token, logProbability]) => {
      written += token;
      return { end: written.length, logProbability };
    });
    const judgement = judge(postprocess(written, 'stop', 'line', at, tokens), at);
    expect('offer' in judgement ? judgement.offer.text : judgement.reason).toBe(rest[4]);
  },
);
