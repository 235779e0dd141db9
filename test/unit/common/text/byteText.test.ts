import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexadecimal, readBytes, spellParts } from '../../../../src/common/text/byteText';
import { visibleText } from '../../../../src/common/text/tokenText';

const utf8 = new TextEncoder();

test.each([
  ['a word with its space', ' cat', '·cat'],
  ['a line end', '\n', '↵'],
  ['a character of four bytes', '🦄', '🦄'],
  ['a null byte', '\0', '␀'],
  ['a byte-order mark', '\ufeff', '⟨FEFF⟩'],
  ['a replacement character, as its bytes', 'a\ufffdb', 'a EF BF BD b'],
])('%s', (_, text, expected) => {
  expect(spellParts(readBytes([...utf8.encode(text)]))).toBe(expected);
});

test.each([
  ['the first bytes of a character', [0xf0, 0x9f], 'F0 9F'],
  ['the last bytes of a character', [0xa6, 0x84], 'A6 84'],
  ['a letter and a part of one', [0x20, 0x63, 0xc3], '·c C3'],
  ['a part of one and a letter', [0xa9, 0x63], 'A9 c'],
  ['a character that was written too long', [0xc0, 0x80], 'C0 80'],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80], 'ED A0 80'],
  ['a byte that is in no UTF-8', [0xff], 'FF'],
  ['nothing', [], ''],
])('%s', (_, bytes, expected) => {
  expect(spellParts(readBytes(bytes))).toBe(expected);
});

test('any text is read as itself, and any bytes without a replacement character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      fc.pre(!text.includes('\ufffd'));
      expect(spellParts(readBytes([...utf8.encode(text)]))).toBe(visibleText(text));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 255 })), bytes => {
      const parts = readBytes(bytes);
      expect(spellParts(parts)).not.toContain('\ufffd');
      const hex = parts.filter(({ kind }) => kind === 'bytes').map(({ text }) => text);
      expect(hexadecimal(bytes)).toContain(hex[0] ?? '');
    }),
  );
});

test('an emoji with joiners stays whole, and one of its parts alone says what it is', () => {
  const bytesOf = (text: string) => [...utf8.encode(text)];
  expect(readBytes(bytesOf('👩\u200d💻'))).toEqual([{ kind: 'text', text: '👩\u200d💻' }]);
  expect(readBytes(bytesOf('\ufe0f'))).toEqual([{ kind: 'text', text: '⟨FE0F⟩' }]);
});
