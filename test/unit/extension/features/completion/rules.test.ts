import { expect, test } from 'vitest';
import {
  sensibleEnd,
  wholeCharacters,
  wholeThought,
  withinBlock,
} from '../../../../../src/extension/features/completion/ending';
import {
  indentUnitOf,
  missingIndentation,
  reindented,
} from '../../../../../src/extension/features/completion/indentation';
import { judge, writingOf } from '../../../../../src/extension/features/completion/judging';
import { languageName } from '../../../../../src/extension/features/completion/languageName';
import { isOnFor } from '../../../../../src/extension/features/completion/languages';
import { nextPlace } from '../../../../../src/extension/features/completion/nextPlace';
import {
  canComplete,
  completionOptions,
} from '../../../../../src/extension/features/completion/options';
import {
  othersAmong,
  unasked,
} from '../../../../../src/extension/features/completion/otherProviders';
import {
  isTooSlow,
  tooLongMs,
  usualMs,
  withTime,
} from '../../../../../src/extension/features/completion/latency';
import {
  placeProblem,
  type Place,
} from '../../../../../src/extension/features/completion/cursorContext';
import { preambleOf } from '../../../../../src/extension/features/completion/preamble';
import {
  isLoop,
  repeatsNeighbour,
  withoutFollowing,
  withoutPhraseTwice,
} from '../../../../../src/extension/features/completion/repetition';
import { waitAfter } from '../../../../../src/extension/features/completion/backoff';
import { shapeOf } from '../../../../../src/extension/features/completion/multiline';

/** A place with `|` for the caret. */
function place(text: string, isProse = false): Place {
  const caret = text.indexOf('|');
  return { before: text.slice(0, caret), after: text.slice(caret + 1), isProse };
}

test.each([
  ['The cat|', undefined, undefined],
  ['The cat |', undefined, undefined],
  ['The c|', undefined, undefined],
  ['|', 'empty', 'empty'],
  ['  \n|', 'empty', 'empty'],
  ['The c|at sat', 'inside-word', 'inside-word'],
  ['Der M|ünster', 'inside-word', 'inside-word'],
  ['x = f(|)', undefined, undefined],
  ['x = "a|";', undefined, undefined],
  ['if (!|) {', undefined, undefined],
  ['`Hello, ${na|}!`', undefined, undefined],
  ['<li>|</li>', undefined, undefined],
  ['**bold|** ', undefined, undefined],
  ['The |cat sat', 'text-follows', undefined],
  ['a|\nnext line', undefined, undefined],
  ['👩|‍🚀', 'text-follows', undefined],
])('at %j what forbids a text unasked is %s, by hand %s', (text, unaskedFor, byHand) => {
  expect(placeProblem(place(text), false)).toBe(unaskedFor);
  expect(placeProblem(place(text), true)).toBe(byHand);
});

test('no text is offered within a surrogate pair', () => {
  const [high = '', low = ''] = '😀'.split('');
  expect(placeProblem({ before: `a ${high}`, after: low, isProse: true }, true)).toBe(
    'inside-word',
  );
  expect(placeProblem({ before: 'a ', after: low, isProse: true }, true)).toBe('inside-word');
});

test.each([
  ['x = |', false, 'line'],
  ['def f(x):|', false, 'block'],
  ['def f(x):\n    |', false, 'block'],
  ['function f() {\n  |\n}', false, 'block'],
  ['const f = () =>\n  |', false, 'block'],
  ['if (x) {|}', false, 'line'],
  ['x = 1\n|', false, 'line'],
  ['Three things:\n|', true, 'line'],
] as const)('at %j (prose: %s) a %s is written', (text, isProse, shape) => {
  expect(shapeOf(place(text, isProse))).toBe(shape);
});

test.each([
  [' sat on the mat', ' sat on the mat'],
  [' caf\uFFFD', ' caf'],
  [' ok 😀', ' ok 😀'],
  [' ok \uD83D', ' ok '],
  ['a\0b', 'a'],
  ['a\r\nb\tc', 'a\nb\tc'],
])('of %j the whole characters are %j', (text, whole) => {
  expect(wholeCharacters(text)).toBe(whole);
});

test.each([
  [' sat on the mat.', 'stop', 'line', true, ' sat on the mat.'],
  [' sat on the ma', 'length', 'line', true, ' sat'],
  [' sat on the mat today ', 'length', 'line', true, ' sat on the mat today'],
  [' Down. It was a very warm', 'length', 'line', true, ' Down.'],
  [' sat down on the old mat. It was', 'length', 'line', true, ' sat down on the old mat.'],
  [' paid $ 3.50 and e.g. tea. So', 'length', 'line', true, ' paid $ 3.50 and e.g. tea.'],
  [' saw Dr. Smith at home', 'stop', 'line', true, ' saw Dr. Smith at home'],
  [' a', 'stop', 'line', true, ''],
  [' ran, and then he had', 'length', 'line', true, ' ran'],
  [
    ' working on climate change, and on how it is',
    'length',
    'line',
    true,
    ' working on climate change',
  ],
  ['。猫はマットの上に', 'length', 'line', true, '。猫はマットの上に'],
  ['f(x).y; z = foo', 'length', 'line', false, 'f(x).y; z'],
  [' 6, 7, 8, 9,', 'length', 'line', false, ' 6, 7, 8, 9'],
  ['    a = 1\n    b = 2\n    c', 'length', 'block', false, '    a = 1\n    b = 2'],
  ['return x + y', 'cancelled', 'block', false, 'return x +'],
  ['done  ', 'end-of-sequence', 'line', true, 'done'],
] as const)('%j, ended by %s in a %s, ends sensibly', (text, finish, shape, isProse, end) => {
  expect(sensibleEnd(text, finish, shape, { before: 'x', after: '', isProse })).toBe(end);
});

test.each([
  ['x = |', 'foo(1)\ny', 'line', 'foo(1)'],
  ['x = |', 'foo(1', 'line', undefined],
  ['for|', ' (;;) {\n  f();', 'line', undefined],
  ['for|', ' (;;) {\n  f();\n}\n', 'line', ' (;;) {\n  f();\n}'],
  ['if (!|) {', 'ok) {\n  f', 'line', 'ok) {'],
  ['def f():\n    |', 'a = 1\n    return a\nprint', 'block', 'a = 1\n    return a'],
] as const)('at %j of %j, a %s, the whole thought is %j', (text, written, shape, whole) => {
  expect(wholeThought(written, shape, place(text))).toBe(whole);
});

test.each([
  [' sat down on it. It', ' sat down on it.'],
  [' sat down on it.', undefined],
  [' Dr. Who', undefined],
])('of the prose %j the whole thought is %j', (written, whole) => {
  expect(wholeThought(written, 'line', place('The cat|', true))).toBe(whole);
});

test.each([
  ['def f():\n    |', 'a = 1\n    return a\n\nprint', 'a = 1\n    return a'],
  ['def f():\n    |', 'return 1\ndef g():', 'return 1'],
  ['def f():|', '\n    return 1\nx = 2', '\n    return 1'],
  ['function f() {\n  |', 'return 1;\n}\nconst x', 'return 1;\n}'],
])('at %j the block %j is %j', (text, written, block) => {
  const [first = ''] = written.split('\n\n');
  expect(withinBlock(first, place(text).before)).toBe(block);
});

test.each([
  ['a = 1\n|\nb = 22', 'c = 3\nb = 22', 'c = 3'],
  ['a|', ' b', ' b'],
])('at %j nothing of %j is said twice', (text, written, shown) => {
  expect(withoutFollowing(written, place(text).after)).toBe(shown);
});

test.each([
  ['The same line.\nThe |', 'same line.', true],
  ['x\n|\nThe next line', 'The next line', true],
  ['}\n|', '}', false],
  ['One line.\nThe |', 'other line.', false],
])('at %j the text %j repeats a neighbour: %s', (text, written, repeats) => {
  const at = place(text);
  expect(repeatsNeighbour(written, at, at.after.split('\n')[0] ?? '')).toBe(repeats);
});

test.each([
  [' a word. It has its own ways and its own ways', ' a word. It has its own ways and'],
  [' nothing new', ' nothing new'],
])('of %j a phrase that is said twice is left out: %j', (text, once) => {
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
  ['a:\n\tb\n\t\tc\n', '\t'],
  ['a {\n  b {\n    c\n  }\n}', '  '],
  ['a:\n    b\n    if c:\n        d', '    '],
  ['a\nb', '   '],
  ['', '   '],
])('%j is indented by %j', (text, unit) => {
  expect(indentUnitOf(text, '   ')).toBe(unit);
});

test.each([
  ['if x:\n|', '    '],
  ['if x:\n    |', ''],
  ['\tif x:\n\t|', '\t'],
  ['function f() {\n|', '    '],
  ['x = 1\n|', ''],
  ['if x:\n|y', ''],
  ['if x:|', ''],
])('at %j the caret lacks %j to stand at its level', (text, missing) => {
  const at = place(text);
  expect(missingIndentation({ ...at, indentUnit: text.includes('\t') ? '\t' : '    ' })).toBe(
    missing,
  );
});

test.each([
  ['for x in y:\n    f(x)\n        g', '\t', 'for x in y:\n\tf(x)\n\t\tg'],
  ['{\n\ta\n\t\tb', '  ', '{\n  a\n    b'],
  ['a\n    b', '    ', 'a\n    b'],
])('%j is indented by %j as %j', (text, unit, expected) => {
  expect(reindented(text, unit)).toBe(expected);
});

test.each([
  ['src/a.py', 'python', '# a.py\n'],
  ['C:\\b\\a.ts', 'typescript', '// a.ts\n'],
  ['notes.md', 'markdown', ''],
  ['Untitled-1', 'python', ''],
  ['a.x', 'constructor', ''],
])('before %s, in %s, the model reads %j', (path, language, preamble) => {
  expect(preambleOf(path, language)).toBe(preamble);
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
  const at = place(text, true);
  const tokens = [{ end: written.length, logProbability: -0.1 }];
  const judgement = judge(writingOf(written, finish, 'line', at, tokens), at);
  expect('offer' in judgement ? judgement.offer.text : judgement.why).toBe(shown);
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
  const at = place(text);
  const tokens = [{ end: written.length, logProbability: -0.1 }];
  const judgement = judge(writingOf(written, 'stop', 'line', at, tokens), at);
  expect('offer' in judgement ? judgement.offer.text : judgement.why).toBe(shown);
});

test.each([
  ['{\n  "version": "1|"\n}', '.0.0",', '.0.0"'],
  ['{\n  "version": "1|"', '.0.0",', '.0.0",'],
  ['{\n  "version": "1|"\n  "name": "x"\n}', '.0.0",', '.0.0",'],
] as const)('JSON at %j, %j, is shown as %j', (text, written, shown) => {
  const at = { ...place(text), languageId: 'json' };
  const tokens = [{ end: written.length, logProbability: -0.1 }];
  const judgement = judge(writingOf(written, 'stop', 'line', at, tokens), at);
  expect('offer' in judgement ? judgement.offer.text : judgement.why).toBe(shown);
});

test('what the model finds improbable is not shown, by the mean of its tokens', () => {
  const at = place('The cat|', true);
  const of = (...logProbabilities: readonly number[]) =>
    judge(
      writingOf(
        ' sat down.',
        'stop',
        'line',
        at,
        logProbabilities.map((logProbability, index) => ({ end: 5 * (index + 1), logProbability })),
      ),
      at,
    );
  expect(of(-9, -9)).toEqual({ why: 'unlikely' });
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
    const at = place(text, isProse);
    let written = '';
    const tokens = steps.map(([token, logProbability]) => {
      written += token;
      return { end: written.length, logProbability };
    });
    const judgement = judge(writingOf(written, 'stop', 'line', at, tokens), at);
    expect('offer' in judgement ? judgement.offer.text : judgement.why).toBe(rest[4]);
  },
);

test('what would come next is prepared behind the suggestion, or on the line below', () => {
  const at = place('  The cat|', true);
  const sat = { text: ' sat.', swallowed: 0 };
  expect(nextPlace(at, sat, 'length').before).toBe('  The cat sat.');
  expect(nextPlace(at, sat, 'stop').before).toBe('  The cat sat.\n  ');
  const inside = nextPlace(place('f(|);'), { text: 'x)', swallowed: 1 }, 'stop');
  expect(inside).toMatchObject({ before: 'f(x)', after: ';' });
});

test.each([
  [{ '*': true }, 'markdown', true],
  [{ '*': true, markdown: false }, 'markdown', false],
  [{ '*': false, python: true }, 'python', true],
  [{ '*': false }, 'python', false],
  [{}, 'python', true],
  [{ '*': true }, 'constructor', true],
])('with %j completion in %s is %s', (languages, languageId, isOn) => {
  expect(isOnFor(languages as Record<string, boolean>, languageId)).toBe(isOn);
});

test('a machine is too slow when most of the last five suggestions came too late', () => {
  const late = tooLongMs + 1;
  expect(isTooSlow([late, late, late, late])).toBe(false);
  expect(isTooSlow([9, 9, late, late, late])).toBe(true);
  expect(isTooSlow([late, late, 9, 9, 9])).toBe(false);
  expect(isTooSlow([late, late, late, late, 9, 9, 9])).toBe(false);
  expect(withTime([1, 2, 3, 4, 5], 6)).toEqual([2, 3, 4, 5, 6]);
  expect(withTime([1], Number.NaN)).toEqual([1]);
  expect(usualMs({ firstTokenMs: 100, tokensPerSecond: 10 })).toBe(1200);
  expect(usualMs({ firstTokenMs: 100, tokensPerSecond: 0 })).toBe(100);
});

test('a failure is tried again at once, and then less and less often', () => {
  expect([0, 1, 2, 3, 4, 20].map(waitAfter)).toEqual([0, 0, 2000, 4000, 8000, 60_000]);
});

test('other extensions that complete are asked about once', () => {
  const others = othersAmong(['GitHub.copilot', 'vscode.git', 'TabNine.tabnine-vscode']);
  expect(others).toEqual(['GitHub.copilot', 'TabNine.tabnine-vscode']);
  expect(unasked(others, ['GitHub.copilot'])).toEqual(['TabNine.tabnine-vscode']);
  expect(unasked([], [])).toEqual([]);
});

const standard = {
  enabled: false,
  model: 'smollm2',
  when: 'asYouType',
  languages: {},
  delay: 120,
  length: 16,
  evenWhenSlow: false,
};

test.each([
  [{}, {}],
  [{ delay: Number.NaN, length: 'many', enabled: 1, model: 7, languages: [], when: 'x' }, {}],
  // One that there is not is told of by its name, and never becomes a path.
  [{ model: ' a/../b ' }, { model: 'a/../b' }],
  [{ model: ' ' }, {}],
  [{ when: 'whenAsked' }, { when: 'whenAsked' }],
  [
    { delay: -5, length: 1e9 },
    { delay: 0, length: 64 },
  ],
  [
    { delay: Infinity, length: 2.4 },
    { delay: 2000, length: 2 },
  ],
  [
    { languages: { '*': true, python: 'no', markdown: false } },
    { languages: { '*': true, markdown: false } },
  ],
  [
    { enabled: true, model: 'gpt2', evenWhenSlow: true },
    { enabled: true, model: 'gpt2', evenWhenSlow: true },
  ],
])('settings %j are read as the default with %j', (given, read) => {
  const none = { enabled: undefined, model: undefined, languages: undefined };
  const rest = { when: undefined, delay: undefined, length: undefined, evenWhenSlow: undefined };
  expect(completionOptions({ ...none, ...rest, ...given })).toEqual({ ...standard, ...read });
});

test('only models of our own list can complete', () => {
  expect(['smollm2', 'gpt2', 'bert', 'gpt3', 'a/../b', ''].filter(canComplete)).toEqual([
    'smollm2',
    'gpt2',
  ]);
});

const manifests = [
  undefined,
  'none',
  { contributes: { languages: 'python' } },
  { contributes: { languages: [{ id: 'python' }, { id: 'css', aliases: ['CSS', 'css'] }] } },
  {
    contributes: {
      languages: [{ id: 'x', aliases: [] }, 7, { id: 'python', aliases: ['Python'] }],
    },
  },
];

test.each([
  ['python', 'Python'],
  ['css', 'CSS'],
  ['x', 'x'],
  ['plaintext', 'Plain Text'],
  ['constructor', 'constructor'],
])('the language %s is called %s', (id, name) => {
  expect(languageName(manifests, id)).toBe(name);
});
