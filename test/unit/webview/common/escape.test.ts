import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvField, markdownText, xmlText } from '../../../../webview/common/escape';

const anyText = fc.string({ unit: 'binary' });

describe('text in XML', () => {
  test('holds no mark that could end it, and nothing that XML forbids', () => {
    fc.assert(
      fc.property(anyText, text => {
        const escaped = xmlText(text);
        expect(escaped).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
        expect(escaped).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
        expect(escaped).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
  test.each([
    ['<script>alert("x")</script>', '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;'],
    ["it's & so on", 'it&#39;s &amp; so on'],
    ['a\u0000b\ud800', 'a\ufffdb\ufffd'],
  ])('%j is written %s', (text, expected) => {
    expect(xmlText(text)).toBe(expected);
  });
});

/** Reads one quoted field as RFC 4180 says. */
const readField = (field: string) => field.slice(1, -1).replaceAll('""', '"');

describe('a field of a CSV file', () => {
  test('reads back as it was, but for an apostrophe before what a spreadsheet would run', () => {
    fc.assert(
      fc.property(anyText, text => {
        const read = readField(csvField(text));
        expect(read === text || read === `'${text}`).toBe(true);
        expect(read).not.toMatch(/^[=+\-@\t\r\n]/);
        expect(csvField(text).slice(1, -1).replaceAll('""', '')).not.toContain('"');
      }),
    );
  });
  test.each([
    ['=1+1', `"'=1+1"`],
    ['@sum', `"'@sum"`],
    ['-', `"'-"`],
    ['a"b', '"a""b"'],
    [',', '","'],
  ])('%j is written %s', (text, expected) => {
    expect(csvField(text)).toBe(expected);
  });
});

describe('text in Markdown', () => {
  test.each([
    ['a | b', 'a \\| b'],
    ['<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert(1)>'],
    ['![x](javascript:x)', '!\\[x](javascript:x)'],
    ['##ing', '##ing'],
    ['&lt;b&gt;', '\\&lt;b\\&gt;'],
    ['two\nlines', 'two lines'],
    ['`code` $x$', '\\`code\\` \\$x\\$'],
    ['back\\slash', 'back\\\\slash'],
  ])('%j is written %s', (text, expected) => {
    expect(markdownText(text)).toBe(expected);
  });
  test('stays on one line and holds no bare mark that means something inside a line', () => {
    fc.assert(
      fc.property(anyText, text => {
        const bare = markdownText(text).replace(/\\[\\`*_[<|~&$]/g, '');
        expect(bare).not.toMatch(/[\\`*_[<|~&$\n\r]/);
      }),
    );
  });
  test('gives the text back when its escapes are taken away', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const line = text.replace(/[\s\u0000-\u001f]+/g, ' ');
        expect(markdownText(text).replace(/\\([\\`*_[<|~&$])/g, '$1')).toBe(line);
      }),
    );
  });
});
