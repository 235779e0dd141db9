import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allUnits } from '../../../../webview/attention/text/allUnits';
import { averageHeads } from '../../../../webview/matrix/heads';
import {
  axesOf,
  boundary,
  keysSeen,
  matrixView,
  rowOf,
  type UnitOptions,
} from '../../../../webview/matrix/matrixView';
import {
  nameOf,
  type Sequence,
  tokenUnits,
  unitAt,
  wordUnits,
} from '../../../../webview/matrix/units';
import { attentionOf, sampleOf, tokensOf, whole } from '../sample';

const pieces = ['[CLS]', 'the', 'un', '##believ', '##able', 'cat', '[SEP]', 'it', 'slept', '[SEP]'];
const segments = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1] as const;
const sample = sampleOf(pieces, segments);
const tokens = sample.shown.analysis.source;
const sequence: Sequence = {
  tokens,
  texts: sample.shown.subject.segments.map(({ text }) => text),
  side: 'source',
  spelling: 'vocabulary',
};
const weights = averageHeads(sample.attention, [{ layer: 0, head: 0 }]);
const at = (query: number, key: number) => weights[query * pieces.length + key] ?? 0;

const viewOf = (words: boolean, options: Partial<UnitOptions>, rescale = false) =>
  matrixView(
    weights,
    [pieces.length, pieces.length],
    axesOf(allUnits(sample.shown, 'encoder', words), { ...whole, ...options }),
    rescale,
  );

const sums = (view: ReturnType<typeof viewOf>) =>
  view.queries.map((_, row) => rowOf(view, [row]).reduce((total, one) => total + one, 0));

describe('words', () => {
  test('are the tokens of one word together; special tokens stay alone', () => {
    expect(wordUnits(sequence).map(({ label }) => label)).toEqual([
      '[CLS]',
      'the',
      'unbelievable',
      'cat',
      '[SEP]',
      'it',
      'slept',
      '[SEP]',
    ]);
  });

  test('of a byte-level tokenizer are said without the space before them, and its tokens with it', () => {
    const { tokens: two } = tokensOf(['a', 'cat']);
    const spaced: Sequence = {
      tokens: two.map((token, index) => ({ ...token, start: Math.max(0, token.start - index) })),
      ...{ texts: ['a cat'], side: 'source', spelling: 'characters' },
    };
    expect(tokenUnits(spaced).map(({ label }) => label)).toEqual(['a', '·cat']);
    expect(wordUnits(spaced).map(({ label }) => label)).toEqual(['a', 'cat']);
    expect(wordUnits(spaced).map(({ range }) => range.start)).toEqual([0, 2]);
  });

  test('that are in the text twice are told apart wherever they are named', () => {
    const { tokens: twice, texts } = tokensOf(['the', 'cat', 'saw', 'the', 'dog']);
    const units = tokenUnits({ tokens: twice, texts, side: 'source', spelling: 'vocabulary' });
    expect(units.map(nameOf)).toEqual(['the₁', 'cat', 'saw', 'the₂', 'dog']);
    expect(units.map(({ label }) => label)).toEqual(['the', 'cat', 'saw', 'the', 'dog']);
  });

  test('receive the sum and give the mean of their tokens', () => {
    const view = viewOf(true, {});
    const [the, word] = [1, 2];
    expect(rowOf(view, [the])[word]).toBeCloseTo(at(1, 2) + at(1, 3) + at(1, 4), 6);
    expect(rowOf(view, [word])[the]).toBeCloseTo((at(2, 1) + at(3, 1) + at(4, 1)) / 3, 6);
  });

  test('have rows that still sum to 1', () => {
    sums(viewOf(true, {})).forEach(sum => expect(sum).toBeCloseTo(1, 6));
  });

  test('never lose weight, whatever the words are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '##b', 'c', '[SEP]'), { minLength: 1, maxLength: 12 }),
        some => {
          const made = tokensOf(['[CLS]', ...some]);
          const size = some.length + 1;
          const attention = attentionOf(
            1,
            1,
            size,
            (_, __, query, key) => 1 + ((query * 3 + key) % 5),
          );
          const units = wordUnits({ ...sequence, tokens: made.tokens, texts: made.texts });
          const view = matrixView(
            attention.weights,
            [size, size],
            axesOf({ queries: units, keys: units, looksBack: false }, whole),
            false,
          );
          expect(view.hiddenShare).toBe(0);
          expect(view.queries.flatMap(unit => unit.tokens)).toEqual(
            made.tokens.map((_, index) => index),
          );
        },
      ),
    );
  });
});

describe('what is hidden', () => {
  test('is nothing at first: the matrix is the tensor itself', () => {
    const view = viewOf(false, {});
    expect(view.weights).toBe(weights);
    expect(view.hiddenShare).toBe(0);
  });

  test('is told as the mean share that goes to hidden keys', () => {
    const view = viewOf(false, { hideSpecial: true });
    const shown = [1, 2, 3, 4, 5, 7, 8];
    const hidden = shown.map(query => at(query, 0) + at(query, 6) + at(query, 9));
    expect(view.queries).toHaveLength(7);
    expect(view.hiddenShare).toBeCloseTo(hidden.reduce((sum, one) => sum + one, 0) / 7, 6);
    // Not rescaled unless asked for.
    expect(rowOf(view, [0])[0]).toBe(at(1, 1));
  });

  test('can be rescaled away on demand', () => {
    const view = viewOf(false, { hideSpecial: true }, true);
    sums(view).forEach(sum => expect(sum).toBeCloseTo(1, 6));
    expect(view.hiddenShare).toBeGreaterThan(0);
  });

  test('leaves the tensor untouched when rescaled', () => {
    const before = weights.slice();
    viewOf(false, { hideSink: true }, true);
    expect(weights).toEqual(before);
  });

  test('with the sink is the separator as a key alone', () => {
    const view = viewOf(false, { hideSink: true });
    expect(view.queries).toHaveLength(10);
    expect(view.keys.map(({ label }) => label)).not.toContain('[SEP]');
    expect(view.keys.map(({ label }) => label)).toContain('[CLS]');
  });

  test('may be everything', () => {
    const only = sampleOf(['[CLS]', '[SEP]']).figure({ hideSpecial: true });
    expect(only.view).toMatchObject({ queries: [], keys: [], largest: 0, hiddenShare: 0 });
  });
});

describe('a word that the model does not know', () => {
  const unknown = sampleOf(['[CLS]', 'cat', '[UNK]', '[SEP]']);
  const [, cat, strange] = allUnits(unknown.shown, 'encoder', false).queries;

  test.each([false, true])('is labelled as what the model reads (whole words: %s)', words => {
    const { queries } = allUnits(unknown.shown, 'encoder', words);
    expect(queries.map(({ label }) => label)).toEqual(['[CLS]', 'cat', '[UNK]', '[SEP]']);
    expect(queries.map(({ isUnknown }) => isUnknown)).toEqual([false, false, true, false]);
  });

  test('is told in words with what the person wrote', () => {
    const written = { ...unknown.shown.analysis.source[2]!, start: 0, end: 1 };
    const [unit] = tokenUnits({
      ...{ tokens: [written], texts: ['図'], side: 'source' },
      spelling: 'characters',
    });
    expect(unit && nameOf(unit)).toBe('[UNK] (図)');
    expect(cat && nameOf(cat)).toBe('cat');
    expect(strange?.label).toBe('[UNK]');
  });
});

test('a space that the tokenizer puts before the text stands for none of its characters', () => {
  const { tokens: all } = tokensOf(['7', 'cats']);
  const space = { ...all[0]!, text: '\u0120' };
  const [unit] = tokenUnits({
    ...{ tokens: [space, ...all], texts: ['7 cats'], side: 'source' },
    spelling: 'characters',
  });
  expect(unit).toMatchObject({ label: '·', characters: '', range: { start: 0, end: 0 } });
});

describe('what may not be looked at', () => {
  const { tokens, texts } = tokensOf(['a', 'b', '##c', 'd']);
  const axes = (words: boolean, hidden?: string) => {
    const sequence: Sequence = { tokens, texts, side: 'source', spelling: 'characters' };
    const units = (words ? wordUnits : tokenUnits)(sequence);
    return {
      queries: units,
      keys: units.filter(({ label }) => label !== hidden),
      looksBack: true,
    };
  };

  test.each([
    ['tokens', axes(false), [1, 2, 3, 4]],
    // The last token of a word sees all of the word.
    ['words', axes(true), [1, 2, 3]],
    ['tokens without the first as keys', axes(false, 'a'), [0, 1, 2, 3]],
  ])('of %s is what comes later', (_, all, expected) => {
    expect(all.queries.map((__, row) => keysSeen(all, row))).toEqual(expected);
    expect(keysSeen(all, 0, 1)).toBe(expected[1]);
    expect(keysSeen({ ...all, looksBack: false }, 0)).toBe(all.keys.length);
  });
});

describe('a pair', () => {
  test.each([
    ['aa', 7, 7],
    ['ab', 7, 3],
    ['ba', 3, 7],
    ['bb', 3, 3],
  ] as const)('shows block %s alone', (block, queries, keys) => {
    const view = viewOf(false, { block });
    expect([view.queries.length, view.keys.length]).toEqual([queries, keys]);
  });

  test('has a boundary where sentence B begins', () => {
    expect(boundary(viewOf(false, {}).queries)).toBe(7);
    expect(boundary(viewOf(false, { block: 'bb' }).queries)).toBeUndefined();
  });

  test('block and rest together are all the weight', () => {
    const [ab, aa] = [viewOf(false, { block: 'ab' }), viewOf(false, { block: 'aa' })];
    expect(ab.hiddenShare + aa.hiddenShare).toBeCloseTo(1, 6);
  });
});

describe('the token at a place of the text', () => {
  const units = tokenUnits(sequence);
  const find = (segment: 0 | 1, start: number, end: number) =>
    unitAt(units, { segment, start, end });
  test.each([
    ['a caret inside a token', 0, 1, 1, 1],
    ['a caret between two tokens of a word takes the one that begins', 0, 6, 6, 3],
    ['a caret at the end of a word', 0, 3, 3, 1],
    ['a range takes the token it covers most', 0, 4, 10, 3],
    ['the second sentence counts from its own start', 1, 1, 1, 7],
  ] as const)('%s', (_, segment, start, end, expected) => {
    expect(find(segment, start, end)).toBe(expected);
  });
  test('is none beyond the text', () => {
    expect(find(0, 100, 100)).toBeUndefined();
  });
});
