import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Token } from '../../../../src/common/protocol/engine/types';
import type { Subject } from '../../../../src/common/protocol/pages/subject';
import { readTextOf, sentencesOf } from '../../../../webview/attention/text/readText';

const subjectOf = (...texts: [string] | [string, string]): Subject => ({
  ...{ modelId: 'a', label: 'a:1', cutLength: 0 },
  segments: texts.length === 1 ? [{ text: texts[0] }] : [{ text: texts[0] }, { text: texts[1] }],
});
const token = (start: number, end: number): Token => ({
  ...{ id: 1, text: 'x', start, end, segment: 0, isSpecial: false, word: 0 },
});
/** Every character of what is read as a token of its own, as the characters of the subject that it stands for. */
const characters = (subject: Subject, family: 'decoder-only' | 'encoder-decoder', sentence = 0) => {
  const read = readTextOf(subject, { family }, sentence);
  return Array.from({ length: read.text.length }, (_, at) => {
    const { segment, start, end } = read.place(token(at, at + 1));
    return read.texts[segment]?.slice(start, end) ?? '?';
  }).join('');
};

describe('what a model reads of two texts', () => {
  const subject = subjectOf('The cat sat.', 'It slept.');

  test('is a pair for an encoder', () => {
    expect(readTextOf(subject, { family: 'encoder-only' }, 0)).toMatchObject({
      ...{ text: 'The cat sat.', textPair: 'It slept.' },
    });
  });

  test('is one text of two paragraphs for a model that writes on, each token in its own text', () => {
    const read = readTextOf(subject, { family: 'decoder-only' }, 0);
    expect(read.text).toBe('The cat sat.\n\nIt slept.');
    expect(read.textPair).toBeUndefined();
    expect(read.place(token(14, 16))).toMatchObject({ segment: 1, start: 0, end: 2 });
    // A token of both is one of the first, and ends there.
    expect(read.place(token(11, 16))).toMatchObject({ segment: 0, start: 11, end: 14 });
    expect(characters(subject, 'decoder-only')).toBe(read.text);
  });

  test('is one sentence for a translator, each of them in its turn', () => {
    const three = subjectOf('The cat sat. It\nslept.', 'And then?');
    const texts = sentencesOf(three).map(({ text }) => text);
    // A line that ends inside a sentence is read as a space.
    expect(texts).toEqual(['The cat sat.', 'It slept.', 'And then?']);
    texts.forEach((text, index) => {
      expect(readTextOf(three, { family: 'encoder-decoder' }, index).text).toBe(text);
      expect(characters(three, 'encoder-decoder', index)).toBe(text);
    });
    // Where there are fewer than a kept state says, the last.
    expect(readTextOf(three, { family: 'encoder-decoder' }, 99).sentence?.index).toBe(2);
  });

  test('leaves out no letter, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'B', '.', '!', ' ', '\n', '\r\n', '- ', 'Mr.', '# '),
        }),
        text => {
          const sentences = sentencesOf(subjectOf(text));
          const letters = (one: string) => one.replace(/\s/gu, '');
          expect(letters(sentences.map(one => one.text).join(''))).toBe(letters(text));
          sentences.forEach(({ start, end, text: sentence }) => {
            expect(text.slice(start, end).replace(/\s/gu, ' ')).toBe(sentence.replace(/\s/gu, ' '));
            expect(sentence.trim()).toBe(sentence);
          });
        },
      ),
    );
  });
});
