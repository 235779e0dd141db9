import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  unmatchedIn,
  totalOf,
  isNoWorse,
  fit,
} from '../../../../../src/extension/features/completion/balance';
import { wholeEnds } from '../../../../../src/extension/features/completion/endings';
import type { CursorContext } from '../../../../../src/extension/features/completion/cursorContext';

/** The context of the caret, which is at `|`. */
function contextOf(text: string, languageId = 'typescript', isProse = false): CursorContext {
  const caret = text.indexOf('|');
  return { before: text.slice(0, caret), after: text.slice(caret + 1), isProse, languageId };
}

/** The text after an offer was accepted. */
function taken(at: CursorContext, text: string): string | undefined {
  const fitted = fit(text, at, at.isProse ? [] : wholeEnds(text, at));
  return fitted && at.before + fitted.text + at.after.slice(fitted.replacedLength);
}

describe('what an editor has put after the caret is not repeated', () => {
  test.each([
    ['python', 'def multiply(|)', 'a, b):', 'def multiply(a, b):'],
    ['python', 'for i in range(2, int|)', '(n**0.5) + 1):', 'for i in range(2, int(n**0.5) + 1):'],
    ['typescript', 'items.map((x|));', ') => x * 2);', 'items.map((x) => x * 2);'],
    ['json', '  {|}\n]', ' "name": "Alan" },', '  { "name": "Alan" },\n]'],
    ['json', '    "strict|"\n', '": true,', '    "strict": true,\n'],
    ['json', '    "test": "|"\n', 'echo "test"', '    "test": "echo"\n'],
    ['json', '"version": "|"', '1.0.0",', '"version": "1.0.0",'],
    ['python', '["red", "green", "bl|"]', 'ue"]', '["red", "green", "blue"]'],
    ['javascript', 'app.get(|)', '`/users/:id`, async (req, res) => {', 'app.get(`/users/:id`)'],
    ['javascript', 'console.log("Hello, |")', 'World!");', 'console.log("Hello, World!");'],
    [
      'typescript',
      'if (name === "|") {',
      'John" && age < 18) {',
      'if (name === "John" && age < 18) {',
    ],
    ['typescript', 'if (!|) {\n}', 'response.ok) {', 'if (!response.ok) {\n}'],
    ['typescript', '`Hello, ${na|}!`;', 'me}!`;', '`Hello, ${name}!`;'],
    ['css', '  padding|;', ': 10px;', '  padding: 10px;'],
    ['html', '  <li>|</li>', 'Three</li>', '  <li>Three</li>'],
    ['typescript', 'new Map<string|>', ', number>();', 'new Map<string, number>();'],
    ['python', 'f(|)', 'x', 'f(x)'],
    ['python', 'x = [|]', '', undefined],
  ])('%s: %s and %s', (languageId, text, written, whole) => {
    expect(taken(contextOf(text, languageId), written)).toBe(whole);
  });

  test('in prose too', () => {
    const at = contextOf('See the notes (|).', 'markdown', true);
    expect(taken(at, '12) and the notes (13) of the original text.')).toBe(
      'See the notes (12) and the notes (13) of the original text.',
    );
  });
});

describe('nothing is left open', () => {
  test.each([
    ['python', 'return|', ' [line.strip()', undefined],
    ['typescript', 'const x = |', 'foo(a, b', undefined],
    ['typescript', 'const x = |', 'bar + foo(a, b', undefined],
    ['python', 'x = |', 'foo(1) + bar(', undefined],
    ['python', 'x = |', 'foo(1), bar(', 'x = foo(1)'],
    ['typescript', 'class Q {\n  dequeue(|)\n}', ') {', undefined],
    ['python', 'print(|', '"hello', undefined],
    ['python', 'print(|', '"hello")', 'print("hello")'],
    ['python', '# don|', "'t do this", "# don't do this"],
  ])('%s: %s and %s', (languageId, text, written, whole) => {
    expect(taken(contextOf(text, languageId), written)).toBe(whole);
  });
});

/** Code at random: words, brackets, quotes, signs and lines. */
const code = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'foo',
        'x1',
        ' ',
        ' ',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '`',
        ',',
        ';',
        ':',
        '.',
      ],
      ...['=', ' => ', '<b>', '</b>', '<', '>', '\\', '\n', '\n  ', '\t', 'é', '😀'],
    ),
    { maxLength: 24 },
  )
  .map(parts => parts.join(''));

test('after a text was accepted, its line and the text around it are as well balanced as before, in any language', () => {
  let fittedCount = 0;
  fc.assert(
    fc.property(
      ...[code, code, code],
      fc.constantFrom('python', 'typescript', 'json', 'html', 'markdown', 'rust', 'plaintext', 'x'),
      fc.boolean(),
      (before, after, text, languageId, isProse) => {
        const at: CursorContext = { before, after, isProse, languageId };
        const fitted = fit(text, at, wholeEnds(text, at));
        if (!fitted) {
          return;
        }
        fittedCount++;
        expect(text.startsWith(fitted.text)).toBe(true);
        const rest = after.slice(0, fitted.replacedLength);
        expect(rest).not.toContain('\n');
        // VS Code shows a text around what it takes the place of only where it has all of that in it.
        let from = 0;
        for (const character of rest) {
          from = fitted.text.indexOf(character, from) + 1;
          expect(from).toBeGreaterThan(0);
        }
        const start = before.slice(before.lastIndexOf('\n') + 1);
        const end = after.split('\n')[0]!;
        const line = (put: string, replacedLength: number) =>
          unmatchedIn(start + put + end.slice(replacedLength), at);
        const around = (put: string, replacedLength: number) =>
          unmatchedIn(before + put + after.slice(replacedLength), at);
        const [bare, whole] = [around('', 0), around(fitted.text, fitted.replacedLength)];
        expect(isNoWorse(whole, bare)).toBe(true);
        const isBetter = totalOf(whole) < totalOf(bare);
        expect(isBetter || isNoWorse(line(fitted.text, fitted.replacedLength), line('', 0))).toBe(
          true,
        );
      },
    ),
    { numRuns: 3000 },
  );
  expect(fittedCount).toBeGreaterThan(300);
});
