import { expect, test } from 'vitest';
import {
  indentUnitOf,
  missingIndentation,
  afterAccept,
  noOfferReasonAt,
  type CursorContext,
} from '../../../../../src/extension/features/completion/cursorContext';

/** The context of the caret, which is at `|`. */
function contextOf(text: string, isProse = false): CursorContext {
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
])(
  'at %j the reason against an offer is %s, and %s if the user asked',
  (text, unaskedFor, byHand) => {
    expect(noOfferReasonAt(contextOf(text), false)).toBe(unaskedFor);
    expect(noOfferReasonAt(contextOf(text), true)).toBe(byHand);
  },
);

test('no text is offered within a surrogate pair', () => {
  const [high = '', low = ''] = '😀'.split('');
  expect(noOfferReasonAt({ before: `a ${high}`, after: low, isProse: true }, true)).toBe(
    'inside-word',
  );
  expect(noOfferReasonAt({ before: 'a ', after: low, isProse: true }, true)).toBe('inside-word');
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
])('at %j, %j is missing between the caret and its level', (text, missing) => {
  const at = contextOf(text);
  expect(missingIndentation({ ...at, indentUnit: text.includes('\t') ? '\t' : '    ' })).toBe(
    missing,
  );
});

test('the caret after a suggestion is behind it, or on the line below', () => {
  const at = contextOf('  The cat|', true);
  const sat = { text: ' sat.', replacedLength: 0 };
  expect(afterAccept(at, sat, false).before).toBe('  The cat sat.');
  expect(afterAccept(at, sat, true).before).toBe('  The cat sat.\n  ');
  const inside = afterAccept(contextOf('f(|);'), { text: 'x)', replacedLength: 1 }, true);
  expect(inside).toMatchObject({ before: 'f(x)', after: ';' });
});
