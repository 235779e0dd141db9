import { expect, test } from 'vitest';
import { sensibleEnd, wholeCharacters, withinBlock } from '../../../../src/completion/ending';
import { heal, unheld } from '../../../../src/completion/healing';
import { isOnFor } from '../../../../src/completion/languages';
import { nextPlace } from '../../../../src/completion/nextPlace';
import { completionOptions } from '../../../../src/completion/options';
import { othersAmong, unasked } from '../../../../src/completion/otherProviders';
import { isTooSlow, tooLongMs, usualMs, withTime } from '../../../../src/completion/pace';
import { isSensiblePlace, type Place } from '../../../../src/completion/place';
import { presentable, writingOf } from '../../../../src/completion/presentable';
import { repeatsNeighbour, withoutFollowing } from '../../../../src/completion/repetition';
import { waitAfter } from '../../../../src/completion/retry';
import { shapeOf } from '../../../../src/completion/shape';
import { mayOffer, stateOf, type Circumstances } from '../../../../src/completion/state';

/** A place with `|` for the caret. */
function place(text: string, isProse = false): Place {
  const caret = text.indexOf('|');
  return { before: text.slice(0, caret), after: text.slice(caret + 1), isProse };
}

test.each([
  ['The cat|', true, true],
  ['The cat |', true, true],
  ['The c|', true, true],
  ['|', false, false],
  ['  \n|', false, false],
  ['The c|at sat', false, false],
  ['Der M|ünster', false, false],
  ['x = f(|)', true, true],
  ['x = "a|";', true, true],
  ['**bold|** ', true, true],
  ['The |cat sat', false, true],
  ['a|\nnext line', true, true],
  ['👩|‍🚀', false, true],
])('text is offered at %j unasked: %s, by hand: %s', (text, unaskedFor, byHand) => {
  expect(isSensiblePlace(place(text), false)).toBe(unaskedFor);
  expect(isSensiblePlace(place(text), true)).toBe(byHand);
});

test('no text is offered within a surrogate pair', () => {
  const [high = '', low = ''] = '😀'.split('');
  expect(isSensiblePlace({ before: `a ${high}`, after: low, isProse: true }, true)).toBe(false);
  expect(isSensiblePlace({ before: 'a ', after: low, isProse: true }, true)).toBe(false);
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
  ['The cat', 'The cat', ''],
  ['The cat ', 'The cat', ' '],
  ['def f():\n    ', 'def f():\n   ', ' '],
  ['two spaces  ', 'two spaces  ', ''],
  ['a line\n', 'a line\n', ''],
  ['\tx', '\tx', ''],
])('of %j the model reads %j and %j is held back', (before, prompt, held) => {
  expect(heal(before)).toEqual({ prompt, held });
});

test('an answer that does not begin with what was held back is none', () => {
  expect(unheld(' sat', ' ')).toBe('sat');
  expect(unheld('sat', ' ')).toBeUndefined();
  expect(unheld('sat', '')).toBe('sat');
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
  [' sat on the ma', 'length', 'line', true, ' sat on the'],
  [' sat on the mat ', 'length', 'line', true, ' sat on the mat'],
  ['ing', 'length', 'line', true, 'ing'],
  [' Down. It was a very warm', 'length', 'line', true, ' Down. It was a very'],
  [' sat down on the old mat. It was', 'length', 'line', true, ' sat down on the old mat.'],
  ['f(x).y; z = foo', 'length', 'line', false, 'f(x).y; z ='],
  ['。猫はマットの上に', 'length', 'line', true, '。猫はマットの上に'],
  ['    a = 1\n    b = 2\n    c', 'length', 'block', false, '    a = 1\n    b = 2'],
  ['return x + y', 'cancelled', 'block', false, 'return x +'],
  ['done  ', 'end-of-sequence', 'line', true, 'done'],
] as const)('%j, ended by %s in a %s, ends sensibly', (text, finish, shape, isProse, end) => {
  expect(sensibleEnd(text, finish, shape, isProse)).toBe(end);
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
  ['f(|)', 'x)', 'x'],
  ['f(|);', 'x);', 'x'],
  ['say("|")', 'hello")', 'hello'],
  ['The |mat', 'cat on the mat', 'cat on the '],
  ['{\n  |\n}', 'return 1;\n}', 'return 1;'],
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
  const { before, after } = place(text);
  expect(repeatsNeighbour(written, before, after)).toBe(repeats);
});

test.each([
  ['The cat|', ' sat on the ma', 'length', ' sat on the'],
  ['The cat|', '', 'stop', ''],
  ['The cat|', '   ', 'stop', ''],
  ['print(|)', '"hello")', 'stop', '"hello"'],
  ['ab\nab|', '', 'stop', ''],
  ['x|', ' caf\uFFFD and more', 'stop', ''],
] as const)('at %j, %j (%s) is shown as %j', (text, written, finish, shown) => {
  const at = place(text, true);
  expect(presentable(writingOf(written, finish, 'line', at), at)).toBe(shown);
});

test('what would come next is prepared behind the suggestion, or on the line below', () => {
  const at = place('  The cat|', true);
  expect(nextPlace(at, ' sat.', 'length').before).toBe('  The cat sat.');
  expect(nextPlace(at, ' sat.', 'stop').before).toBe('  The cat sat.\n  ');
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
  languages: {},
  delay: 120,
  length: 16,
  evenWhenSlow: false,
};

test.each([
  [{}, {}],
  [{ delay: Number.NaN, length: 'many', enabled: 1, model: 'a/../b', languages: [] }, {}],
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
  const rest = { delay: undefined, length: undefined, evenWhenSlow: undefined };
  expect(completionOptions({ ...none, ...rest, ...given })).toEqual({ ...standard, ...read });
});

const calm: Circumstances = {
  isEnabled: true,
  unasked: [],
  languageId: 'markdown',
  isOnForLanguage: true,
  work: undefined,
  tooSlowMs: undefined,
  failure: undefined,
};

test.each([
  [{}, 'ready', true, true],
  [{ isEnabled: false, work: 'thinking' }, 'off', false, false],
  [{ unasked: ['other'] }, 'unasked', false, false],
  [{ isOnForLanguage: false }, 'off-for-language', false, false],
  [{ work: 'loading', tooSlowMs: 9 }, 'loading', true, true],
  [{ work: 'thinking', failure: 'x' }, 'thinking', true, true],
  [{ failure: 'x', tooSlowMs: 9 }, 'failed', true, true],
  [{ tooSlowMs: 2000 }, 'too-slow', false, true],
] as const)('with %j it is %s', (change, kind, unaskedFor, byHand) => {
  const state = stateOf({ ...calm, ...change });
  expect(state.kind).toBe(kind);
  expect(mayOffer(state, false)).toBe(unaskedFor);
  expect(mayOffer(state, true)).toBe(byHand);
});
