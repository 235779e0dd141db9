import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dependency } from '../../../../../src/common/protocol/engine/analyze';
import { layoutOf } from '../../../../../webview/attention/syntax/layout';
import { drawnArcs, parseOf, type Parse } from '../../../../../webview/attention/syntax/parse';
import { meaningOf } from '../../../../../webview/attention/syntax/relations';
import { tokensOf } from '../../sample';

const dependency = (word: number, head: number, relation: string): Dependency => ({
  word,
  head,
  relation,
  headProbability: 0.9,
  relationProbability: 0.8,
});

/** "The birdhouse fell." */
function sentence(): Parse {
  const { tokens } = tokensOf(['[CLS]', 'The', 'bird', '##house', 'fell', '.', '[SEP]']);
  return parseOf(
    tokens,
    ['The birdhouse fell .'],
    [
      dependency(0, 1, 'det'),
      dependency(1, 2, 'nsubj'),
      dependency(2, -1, 'root'),
      dependency(3, 2, 'punct'),
    ],
  );
}

const widths = {
  word: (text: string) => text.length * 8,
  label: (text: string) => text.length * 6,
};

describe('a parse', () => {
  test('has words as the user wrote them, and their tokens', () => {
    expect(sentence().words).toEqual([
      { text: 'The', tokens: [1], isRoot: false },
      { text: 'birdhouse', tokens: [2, 3], isRoot: false },
      { text: 'fell', tokens: [4], isRoot: true },
      { text: '.', tokens: [5], isRoot: false },
    ]);
  });

  test('has an arc for each word but the root', () => {
    const { arcs, relations } = sentence();
    expect(arcs.map(({ dependent, head }) => [dependent, head])).toEqual([
      [0, 1],
      [1, 2],
      [3, 2],
    ]);
    expect(arcs[0]?.probability).toBeCloseTo(0.72);
    expect([...relations.keys()]).toEqual(['det', 'nsubj', 'punct']);
  });

  test('leaves punctuation out until it is chosen', () => {
    const names = (chosen?: string) =>
      drawnArcs(sentence(), chosen).map(({ relation }) => relation);
    expect(names()).toEqual(['det', 'nsubj']);
    expect(names('punct')).toEqual(['punct']);
    expect(names('det')).toEqual(['det']);
  });
});

/** A chain of words of which each depends on some other. */
const anyParse = fc.integer({ min: 2, max: 12 }).chain(count =>
  fc
    .array(fc.integer({ min: 0, max: count - 1 }), { minLength: count, maxLength: count })
    .map(heads =>
      parseOf(
        tokensOf(heads.map((_, place) => `w${place}`)).tokens,
        [heads.map((_, place) => `w${place}`).join(' ')],
        heads.map((head, word) => dependency(word, head === word ? -1 : head, 'dep')),
      ),
    ),
);

test('an arc is above all that lie inside it', () => {
  fc.assert(
    fc.property(anyParse, ({ arcs }) => {
      const spans = arcs.map(({ dependent, head, level }) => ({
        from: Math.min(dependent, head),
        to: Math.max(dependent, head),
        level,
      }));
      for (const [index, outer] of spans.entries()) {
        for (const [other, inner] of spans.entries()) {
          const isInside = inner.from >= outer.from && inner.to <= outer.to;
          const isSame = inner.from === outer.from && inner.to === outer.to;
          if (index !== other && isInside) {
            expect(inner.level === outer.level).toBe(false);
            expect(isSame || inner.level < outer.level).toBe(true);
          }
        }
      }
    }),
  );
});

test('words stand in order, side by side, and everything is inside the picture', () => {
  fc.assert(
    fc.property(anyParse, parse => {
      const { width, height, words, arcs } = layoutOf(parse, parse.arcs, widths);
      for (const [place, { text, x }] of words.entries()) {
        const next = words[place + 1];
        expect(x - widths.word(text) / 2).toBeGreaterThanOrEqual(0);
        expect(x + widths.word(text) / 2).toBeLessThanOrEqual(width);
        if (next) {
          expect(next.x - widths.word(next.text) / 2).toBeGreaterThan(x + widths.word(text) / 2);
        }
      }
      for (const { label, path } of arcs) {
        expect(label.y).toBeGreaterThan(8);
        expect(label.y).toBeLessThan(height);
        expect(path).not.toMatch(/NaN|Infinity/u);
      }
    }),
  );
});

test('the label of an arc between neighbours has room', () => {
  const { arcs, words } = layoutOf(sentence(), drawnArcs(sentence(), 'nsubj'), {
    ...widths,
    label: () => 200,
  });
  expect(arcs).toHaveLength(1);
  expect((words[2]?.x ?? 0) - (words[1]?.x ?? 0)).toBeGreaterThan(200);
});

test.each([
  ['nsubj', 'subject of a verb'],
  ['nsubj:pass', 'subject of a verb (passive)'],
  ['nmod:desc', 'noun that modifies a noun (desc)'],
  ['unheard-of', 'unheard-of'],
])('%s is a %s', (relation, meaning) => {
  expect(meaningOf(relation)).toBe(meaning);
});
