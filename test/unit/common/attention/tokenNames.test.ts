import { expect, test } from 'vitest';
import type { Token } from '../../../../src/common/protocol/engine/types';
import { tokenNames } from '../../../../src/common/attention/attention';

const text = 'The 図 saw the 図\ncat';
const token = (written: string, from = 0, spelling = written.toLowerCase()): Token => {
  const start = text.indexOf(written, from);
  return {
    ...{ id: 1, text: spelling, start, end: start + written.length, segment: 0, word: 0 },
    isSpecial: false,
  };
};
const separator: Token = { ...token(''), text: '[SEP]', isSpecial: true };

test('tokens are named as they are written, unknown ones as what is read, and no two alike', () => {
  const tokens = [
    token('The'),
    token('図', 0, '[UNK]'),
    token('the'),
    token('図', 8, '[UNK]'),
    separator,
  ];
  expect(tokenNames(tokens, [text])).toEqual([
    ...['The₁', '[UNK] (図)₁', 'the₂', '[UNK] (図)₂', '[SEP]'],
  ]);
  expect(tokenNames([token('図\ncat')], [text])).toEqual(['図 cat']);
});
