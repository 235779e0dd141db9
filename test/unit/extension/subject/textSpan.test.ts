import { expect, test } from 'vitest';
import {
  lineAt,
  paragraphAt,
  sentenceAt,
  type TextSource,
} from '../../../../src/extension/subject/textSpan';
import { paragraphsOf, type TextSpan } from '../../../../src/common/text/sentences';

/** A document and its caret, written as `|`. */
function marked(text: string): { source: TextSource; caret: number } {
  const caret = text.indexOf('|');
  const content = text.replace('|', '');
  return {
    source: { length: content.length, read: (start, end) => content.slice(start, end) },
    caret,
  };
}

const check =
  (find: (source: TextSource, offset: number, reach: number) => TextSpan, reach = 1000) =>
  (text: string, expected: string) => {
    const { source, caret } = marked(text);
    const { start, end } = find(source, caret, reach);
    expect(source.read(start, end)).toBe(expected);
  };

test.each([
  ['One cat sat. Two d|ogs ran. Three.', 'Two dogs ran.'],
  ['|One cat sat. Two dogs ran.', 'One cat sat.'],
  ['One cat sat. Two dogs ran.|', 'Two dogs ran.'],
  ['One cat sat.| Two dogs ran.', 'One cat sat.'],
  ['A line that is\nwrapp|ed by hand. Another.', 'A line that is\nwrapped by hand.'],
  ['A line that is\r\nwrapp|ed by hand. Another.', 'A line that is\r\nwrapped by hand.'],
  ['It was Dr. Smi|th who came. He left.', 'It was Dr. Smith who came.'],
  ['By J. R. Tol|kien. He wrote.', 'By J. R. Tolkien.'],
  ['See Fig. 3, i.e. The| one. Next.', 'See Fig. 3, i.e. The one.'],
  ['Costs 3.14 dol|lars. Next.', 'Costs 3.14 dollars.'],
  ['- one ite|m\n- another item', '- one item'],
  ['# A head|ing\nText below it.', '# A heading'],
  ['First paragraph.\n\nSec|ond paragraph.', 'Second paragraph.'],
  ['First paragraph.\n  \n  Sec|ond.\n\nThird.', 'Second.'],
  ['First.\n|\nSecond.', ''],
  ['First.\n\n|\n\nSecond.', ''],
  ['|', ''],
  ['   |  ', ''],
  ['これは猫です。あれは|犬です。', 'あれは犬です。'],
  ['هل هذه قطة؟ نعم، |هذه قطة.', 'نعم، هذه قطة.'],
  ['A 👩‍👩‍👧 fam|ily! Then.', 'A 👩‍👩‍👧 family!'],
])('the sentence at the caret of %j is %j', check(sentenceAt));

test.each([
  ['let a = 1;\n  let b| = 2; // So. It is.\nlet c', 'let b = 2; // So. It is.'],
  ['|let a = 1;\r\nlet b', 'let a = 1;'],
  ['let a = 1;|\r\nlet b', 'let a = 1;'],
  ['let a;\n|\nlet b', ''],
  ['|', ''],
])('the line at the caret of %j is %j', check(lineAt));

test.each([
  ['One.\nTwo|.\n\nThree.', 'One.\nTwo.'],
  ['One.\r\n\r\nTwo|.\r\nThree.\r\n\t\r\nFour.', 'Two.\r\nThree.'],
  ['\n\n|One.', 'One.'],
])('the paragraph at the caret of %j is %j', check(paragraphAt));

test('a paragraph longer than the reach is cut there', () => {
  check(paragraphAt, 3)('abcdefg|hijklmn', 'efghij');
});

test.each([
  ['One.\n\nTwo.', ['One.', 'Two.']],
  ['\n\n One. \n \t\n\n\nTwo.\nThree.\n', ['One.', 'Two.\nThree.']],
  ['One.\r\n\r\nTwo.', ['One.', 'Two.']],
  ['One.\nTwo.', ['One.\nTwo.']],
  [' \n\n ', []],
])('the paragraphs of %j are %j', (text, expected) => {
  expect(paragraphsOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
});
