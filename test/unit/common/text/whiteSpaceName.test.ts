/** White space is named as it is read aloud: what it is, and how much of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { whiteSpaceName } from '../../../../src/common/text/whiteSpaceName';

describe('the name of white space', () => {
  test.each([
    [' ', 'space'],
    ['\n', 'line break'],
    ['\r\n', 'line break'],
    ['\r\n\r\n', '2 line breaks'],
    ['\n\r', '2 line breaks'],
    [`\n${' '.repeat(11)}`, 'line break and 11 spaces'],
    ['\n\n\t\t ', '2 line breaks, 2 tabs and space'],
    ['\u00a0', 'no-break space'],
    ['\u2003\u2003', '2 other spaces'],
  ])('%j is “%s”', (text, name) => {
    expect(whiteSpaceName(text)).toBe(name);
  });

  test('is of white space alone', () => {
    expect(whiteSpaceName('')).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), text => {
        expect(whiteSpaceName(text) === undefined).toBe(text === '' || text.trim() !== '');
      }),
    );
  });

  test('counts every character once', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ \t\n]+$/u), text => {
        const amounts = whiteSpaceName(text)!
          .split(/, | and /u)
          .map(part => Number(/^\d+/u.exec(part)?.[0] ?? 1));
        expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(text.length);
      }),
    );
  });
});
