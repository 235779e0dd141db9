import { describe, expect, test } from 'vitest';
import { linkAt, strongest } from '../../../../webview/matrix/link';
import { attentionOf, sampleOf } from '../sample';

const pieces = ['[CLS]', 'it', 'was', 'tired', '[SEP]'];
/** Everything looks at [CLS]; "it" looks at "tired" most among the words. */
const weights = [
  [9, 1, 1, 1, 1],
  [6, 1, 1, 5, 1],
  [6, 3, 1, 1, 1],
  [6, 1, 2, 9, 1],
  [6, 1, 1, 1, 1],
];
const { view } = sampleOf(
  pieces,
  [],
  attentionOf(1, 1, 5, (_, __, query, key) => weights[query]?.[key] ?? 0),
).figure();

describe('the link spoken of', () => {
  test('is the one pointed at, with its place among all keys', () => {
    expect(linkAt(view, { queries: [1], key: 3 })).toMatchObject({ key: 3, rank: 2 });
    expect(linkAt(view, { queries: [1], key: 3 })?.weight).toBeCloseTo(5 / 14, 6);
  });
  test('of a token alone is its strongest, special or not', () => {
    expect(linkAt(view, { queries: [1] })).toMatchObject({ key: 0, rank: 1 });
  });
  test('of several tokens is that of their mean', () => {
    const link = linkAt(view, { queries: [1, 2], key: 1 });
    expect(link?.weight).toBeCloseTo((1 / 14 + 3 / 12) / 2, 6);
  });
  test('of a column is from the token that looks there most', () => {
    expect(linkAt(view, { queries: [], key: 1 })).toMatchObject({ queries: [2], key: 1 });
  });
  test('with nothing pointed at is the strongest between two different words', () => {
    expect(linkAt(view, { queries: [] })).toMatchObject({ queries: [1], key: 3 });
  });
  test('is none where nothing is shown', () => {
    const empty = sampleOf(['[CLS]', '[SEP]']).figure({ hideSpecial: true }).view;
    expect(linkAt(empty, { queries: [] })).toBeUndefined();
  });
});

describe('of a model that only looks back', () => {
  const back = sampleOf(['the', 'cat', 'sat', 'down'], [], {
    ...attentionOf(1, 1, 4, (_, __, query, key) => (key > query ? 0 : 1 + key)),
    kind: 'decoder',
  }).figure().view;

  test('a place is counted among what may be looked at', () => {
    expect(linkAt(back, { queries: [2], key: 1 })).toMatchObject({ rank: 2, of: 3 });
    expect(linkAt(back, { queries: [2, 0], key: 1 })).toMatchObject({ of: 3, isMasked: false });
  });
  test('what comes later is masked, and no weight of nothing', () => {
    expect(linkAt(back, { queries: [1], key: 3 })).toMatchObject({ of: 2, isMasked: true });
    expect(linkAt(back, { queries: [1], key: 1 })).toMatchObject({ isMasked: false });
  });
  test('what comes later is none of the strongest', () => {
    expect(strongest(back, [1], 3).map(({ key }) => key)).toEqual([1, 0]);
  });
});

test('the strongest keys come in order', () => {
  expect(strongest(view, [1], 2).map(({ key }) => key)).toEqual([0, 3]);
});
