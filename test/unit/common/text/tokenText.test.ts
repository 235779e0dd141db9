import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  elide,
  isPrefixSpace,
  placesAmongSame,
  visibleText,
  withPlace,
} from '../../../../src/common/text/tokenText';

describe('a text with nothing hidden in it', () => {
  test.each([
    ['a word stays as it is', 'café', 'café'],
    ['spaces are dots', 'a b\u00a0c', 'a·b·c'],
    ['line ends are arrows, one for each', 'a\r\nb\nc\rd', 'a↵b↵c↵d'],
    ['a tab is an arrow to a bar', '\t', '⇥'],
    ['a null byte is its picture', '\u0000', '␀'],
    ['delete is its picture', '\u007f', '␡'],
    ['a direction mark says its number', '\u202e', '⟨202E⟩'],
    ['a zero-width space says its number', 'a\u200bb', 'a⟨200B⟩b'],
    ['what chooses a glyph of nothing says its number', '\ufe0f', '⟨FE0F⟩'],
    ['a joiner with nothing before it says its number', '\u200d👩', '⟨200D⟩👩'],
    ['a chosen glyph stays whole', '☕\ufe0f', '☕\ufe0f'],
    ['half of a surrogate pair is a replacement character', 'a\ud800', 'a\ufffd'],
    ['an emoji with joiners stays whole', '👩‍💻', '👩‍💻'],
  ])('%s', (_, text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  test('has no control character, no white space, no direction override, whatever went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(visibleText(text)).not.toMatch(
          /[\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u,
        );
        expect(visibleText(text)).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});

describe('an elided text', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['👩‍💻👩‍💻👩‍💻', 3, '👩‍💻👩‍💻👩‍💻'],
    ['👩‍💻👩‍💻👩‍💻👩‍💻', 3, '👩‍💻👩‍💻…'],
  ])('%s in %i characters is %s', (text, longest, expected) => {
    expect(elide(text, longest)).toBe(expected);
  });
});

test.each([
  ['\u0120', '7 cats', true],
  ['\u0120', ' 7 cats', false],
  ['\u01207', '7 cats', false],
  ['7', '7 cats', false],
])('the token %s at the start of "%s" is the space put before it: %s', (text, whole, expected) => {
  const token = { id: 0, text, start: 0, end: 1, segment: 0, isSpecial: false, word: 0 } as const;
  expect(isPrefixSpace(token, whole)).toBe(expected);
});

describe('names that are the same', () => {
  const named = (...names: string[]) => {
    const places = placesAmongSame(names);
    return names.map((name, index) => withPlace(name, places[index]));
  };

  test('are told apart by their place, whatever their capitals and the space before them', () => {
    expect(named('The', 'cat', '·the', 'mat')).toEqual(['The₁', 'cat', '·the₂', 'mat']);
    expect(named(...Array.from({ length: 12 }, () => 'a')).at(-1)).toBe('a₁₂');
    expect(named('·', '·')).toEqual(['·₁', '·₂']);
  });

  test('are no two alike in the end, and those that are alone stay as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'A', 'b', '·b', 'constructor', '')), names => {
        const all = named(...names);
        expect(new Set(all).size).toBe(names.length);
        names.forEach((name, index) => {
          const isAlone =
            names.filter(
              one => one.replace('·', '').toLowerCase() === name.replace('·', '').toLowerCase(),
            ).length === 1;
          expect(all[index] === name).toBe(isAlone);
        });
      }),
    );
  });
});
