import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capitalsIn, withoutCapitals } from '../../../../src/engine/translator/sentenceCase';
import { domainShiftsOf } from '../../../../src/engine/translator/domainShift';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { anyText } from '../anyText';

const manifest: Pick<Manifest, 'longestWords' | 'languages'> = {
  longestWords: 6,
  languages: { source: 'en', target: 'fr' },
};
const read = (text: string) => withoutCapitals(text, capitalsIn(text));
/** Each kind, with the place that it tells. */
const toldOf = (text: string, of = manifest) =>
  domainShiftsOf(text, [0, text.length], capitalsIn(text), of).map(one =>
    'start' in one ? `${one.kind}: ${text.slice(one.start, one.end)}` : one.kind,
  );

describe('a sentence in capitals is read as any other:', () => {
  test.each([
    ['WHERE IS THE TRAIN STATION?', 'Where is the train station?'],
    ["I'M HERE. WHERE AM I?", "I'm here. Where am I?"],
    ['I like tea. WHERE IS IT? Here.', 'I like tea. Where is it? Here.'],
    ['“STOP THERE!”', '“Stop there!”'],
    ['ÉTÉ ET HIVER', 'Été et hiver'],
    // A word alone may be an abbreviation.
    ['NATO', 'NATO'],
    ['He works for NASA.', 'He works for NASA.'],
    ['I love India.', 'I love India.'],
    ['7 A.M.', '7 A.M.'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test('whatever the text, places stay', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map(text => text.toUpperCase()),
        ),
        text => {
          expect(read(text)).toHaveLength(text.length);
          expect(read(text).toLowerCase().length).toBe(text.toLowerCase().length);
        },
      ),
    );
  });
});

describe('what a translator never saw is told:', () => {
  test.each([
    ['Where is the train station?', []],
    ["I don't know; it's nine o'clock - well, 9.30 (or so).", ['length']],
    ['WHERE IS IT?', ['capitals: WHERE IS IT?']],
    ['7', ['no-words']],
    ['...', ['no-words']],
    ['3 + 4', ['no-words']],
    ['|', ['no-words', 'markup: |']],
    ['Where is the **train** station?', ['markup: **train**']],
    ['- Buy milk and bread.', ['markup: -']],
    ['1. Buy milk.', ['markup: 1.']],
    ['# Travel plans', ['markup: #']],
    ['See [this](x).', ['markup: [this](x).']],
    ['I like tea. <s>No.</s>', ['markup: <s>No.</s>']],
    ['Fish &amp; chips', ['markup: &amp;']],
    ['Use `npm test`.', ['markup: `npm']],
    ['Go to https://example.org', ['markup: https://example.org']],
    ['मैं घर जा रहा हूँ।', ['script: मैं']],
    ['I like 東京 .', ['script: 東京']],
    ['5 µm, café, naïve', []],
    ['one two three four five six', []],
    ['one two three four five six seven', ['length']],
  ])('%s', (text, expected) => {
    expect(toldOf(text)).toEqual(expected);
  });

  test('nothing of length by a translator that does not know', () => {
    expect(toldOf('one two three four five six seven', {})).toEqual([]);
  });

  test('only of what was read', () => {
    const text = 'I like tea. **No**';
    expect(domainShiftsOf(text, [0, 11], [], manifest)).toEqual([]);
    expect(domainShiftsOf(text, [12, 18], [], manifest)).toEqual([
      { kind: 'markup', start: 12, end: 18 },
    ]);
  });
});
