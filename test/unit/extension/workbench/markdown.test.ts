import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownText } from '../../../../src/extension/workbench/markdown';

describe('words in Markdown', () => {
  test.each([
    ['Click to decide', 'Click to decide'],
    ['| A |', '\\| A \\|'],
    ['a\\|b', 'a\\\\\\|b'],
    ['# 1. <b> *x* _y_ `z`', '\\# 1\\. \\<b\\> \\*x\\* \\_y\\_ \\`z\\`'],
    ['two\r\n\n  lines', 'two lines'],
    ['&nbsp; [x](y)', '\\&nbsp\\; \\[x\\]\\(y\\)'],
    ['$(pulse) costs $5', '&#36;\\(pulse\\) costs \\$5'],
    ['https://example.org', 'https\\:\\/\\/example\\.org'],
  ])('%j is written %s', (text, expected) => {
    expect(markdownText(text)).toBe(expected);
  });

  test('are on one line, with spaces at which a line may break and no mark that means something', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const written = markdownText(text);
        const spelled = written.replaceAll('&#36;', '').replace(/\\[!-/:-@[-`{-~]/gu, '');
        expect(spelled).not.toMatch(/[!-/:-@[-`{-~\n\r\t\u00a0]/u);
      }),
    );
  });
});
