import { expect, test } from 'vitest';
import {
  sensibleEnd,
  wholeCharacters,
  wholeThought,
  withinBlock,
  completionKind,
} from '../../../../../src/extension/features/completion/endings';
import type { CursorContext } from '../../../../../src/extension/features/completion/cursorContext';

/** The context of the caret, which is at `|`. */
function contextOf(text: string, isProse = false): CursorContext {
  const caret = text.indexOf('|');
  return { before: text.slice(0, caret), after: text.slice(caret + 1), isProse };
}

test.each([
  ['x = |', false, 'line'],
  ['def f(x):|', false, 'block'],
  ['def f(x):\n    |', false, 'block'],
  ['function f() {\n  |\n}', false, 'block'],
  ['const f = () =>\n  |', false, 'block'],
  ['if (x) {|}', false, 'line'],
  ['x = 1\n|', false, 'line'],
  ['Three things:\n|', true, 'line'],
] as const)('at %j (prose: %s) a %s is written', (text, isProse, kind) => {
  expect(completionKind(contextOf(text, isProse))).toBe(kind);
});

test.each([
  [' sat on the mat', ' sat on the mat'],
  [' caf\uFFFD', ' caf'],
  [' ok 😀', ' ok 😀'],
  [' ok \uD83D', ' ok '],
  ['a\0b', 'a'],
  ['a\r\nb\tc', 'a\nb\tc'],
])('the whole characters of %j are %j', (text, whole) => {
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
] as const)('%j, ended by %s in a %s, ends sensibly', (text, finish, kind, isProse, end) => {
  expect(sensibleEnd(text, finish, kind, { before: 'x', after: '', isProse })).toBe(end);
});

test.each([
  ['x = |', 'foo(1)\ny', 'line', 'foo(1)'],
  ['x = |', 'foo(1', 'line', undefined],
  ['for|', ' (;;) {\n  f();', 'line', undefined],
  ['for|', ' (;;) {\n  f();\n}\n', 'line', ' (;;) {\n  f();\n}'],
  ['if (!|) {', 'ok) {\n  f', 'line', 'ok) {'],
  ['def f():\n    |', 'a = 1\n    return a\nprint', 'block', 'a = 1\n    return a'],
] as const)('at %j of %j, a %s, the whole thought is %j', (text, written, kind, whole) => {
  expect(wholeThought(written, kind, contextOf(text))).toBe(whole);
});

test.each([
  [' sat down on it. It', ' sat down on it.'],
  [' sat down on it.', undefined],
  [' Dr. Who', undefined],
])('the whole thought of the prose %j is %j', (written, whole) => {
  expect(wholeThought(written, 'line', contextOf('The cat|', true))).toBe(whole);
});

test.each([
  ['def f():\n    |', 'a = 1\n    return a\n\nprint', 'a = 1\n    return a'],
  ['def f():\n    |', 'return 1\ndef g():', 'return 1'],
  ['def f():|', '\n    return 1\nx = 2', '\n    return 1'],
  ['function f() {\n  |', 'return 1;\n}\nconst x', 'return 1;\n}'],
])('at %j the block %j is %j', (text, written, block) => {
  const [first = ''] = written.split('\n\n');
  expect(withinBlock(first, contextOf(text).before)).toBe(block);
});
