import { expect, test } from 'vitest';
import { allHeads } from '../../../../src/common/attention/attention';
import {
  antecedent,
  bestHeads,
  headAgreement,
  type RelationAgreement,
} from '../../../../src/common/attention/headAgreement';
import { wordAttention, groupByWord } from '../../../../src/common/attention/wordAttention';
import type { Attention, Token } from '../../../../src/common/protocol/engine/types';
import { attention, dependencies, differenceOf, reference, tokens, unpacked } from './measures';

test('words of several tokens are put together as numpy does it', () => {
  const words = groupByWord(tokens);
  expect(words).toHaveLength(reference.heads.length);
  const all = allHeads(attention.shape).flatMap(head => [...wordAttention(attention, head, words)]);
  expect(differenceOf(all, unpacked(reference.words))).toBeLessThan(1e-5);
});

test('heads agree with relations as numpy counts it', () => {
  const found = headAgreement(attention, tokens, dependencies);
  expect(found.map(({ relation }) => relation).toSorted()).toEqual(
    Object.keys(reference.agreement).toSorted(),
  );
  for (const { relation, count, toHead, toDependent } of found) {
    const expected = reference.agreement[relation];
    expect(count).toBe(expected?.count);
    for (const measure of ['largest', 'weight'] as const) {
      expect(differenceOf(toHead[measure], expected?.toHead[measure] ?? [])).toBeLessThan(1e-5);
      expect(
        differenceOf(toDependent?.[measure] ?? [], expected?.toDependent?.[measure] ?? []),
      ).toBeLessThan(1e-5);
    }
  }
  // A reference of zeros would prove little.
  expect(found.some(({ toHead }) => toHead.largest.some(share => share > 0))).toBe(true);
  expect(found.some(({ toDependent }) => toDependent?.largest.some(share => share > 0))).toBe(true);
});

/** Words of one token each, in one head that gives the weight 0.6 as told and else the same everywhere. */
function looking(texts: readonly string[], looks: readonly number[]) {
  const size = texts.length;
  const weights = new Float32Array(size * size).fill(0.4 / (size - 1));
  looks.forEach((to, from) => (weights[from * size + to] = 0.6));
  const words = texts.map((text, word): Token => ({
    id: word,
    text,
    start: 0,
    end: 0,
    segment: 0,
    isSpecial: false,
    word,
  }));
  const only: Attention = { kind: 'encoder', shape: [1, 1, size, size], weights };
  return { words, only };
}

const tree = (heads: readonly number[], relations: readonly string[]) =>
  heads.map((head, word) => ({
    word,
    head,
    relation: relations[word] ?? '',
    headProbability: 1,
    relationProbability: 1,
  }));

test('a word that looks at itself counts by the other word that it looks at most', () => {
  const { words, only } = looking(['dogs', 'bark'], [0, 1]);
  const [found] = headAgreement(only, words, tree([1, -1], ['nsubj', 'root']));
  expect(found).toMatchObject({ relation: 'nsubj', count: 1, offset: 1, offsetShare: 1 });
  expect([...(found?.toHead.largest ?? [])]).toEqual([1]);
  expect([...(found?.toDependent?.largest ?? [])]).toEqual([1]);
});

test.each([
  ['the subject before it', 0, 1],
  ['a verb', 1, 0],
  ['a name after it', 5, 0],
])('a pronoun that looks at %s', (_, to, share) => {
  const { words, only } = looking(
    ['cat', 'sat', 'because', 'it', 'saw', 'dogs'],
    [0, 0, 0, to, 0, 0],
  );
  const found = headAgreement(
    only,
    words,
    tree([1, -1, 4, 4, 1, 4], ['nsubj', 'root', 'mark', 'nsubj', 'advcl', 'obj']),
  ).find(({ relation }) => relation === antecedent);
  expect(found?.count).toBe(1);
  expect([...(found?.toHead.largest ?? [])]).toEqual([share]);
});

test('a text without arcs has no agreements', () => {
  const { words, only } = looking(['yes'], [0]);
  expect(headAgreement(only, words, tree([-1], ['root']))).toEqual([]);
});

test('the best heads come first, each in its better direction', () => {
  const found: RelationAgreement = {
    relation: 'nsubj',
    count: 4,
    toHead: {
      largest: Float64Array.of(0.25, 0.5, 0, 0, 0.5),
      weight: Float64Array.of(0.1, 0.2, 0.3, 0.1, 0.1),
    },
    toDependent: {
      largest: Float64Array.of(0.75, 0.5, 0, 0.25, 0.5),
      weight: Float64Array.of(0.2, 0.1, 0.1, 0.2, 0.4),
    },
    offset: 1,
    offsetShare: 0.5,
  };
  expect(bestHeads(found, [1, 5, 5, 5], 4)).toEqual([
    { layer: 0, head: 0, share: 0.75, weight: 0.2, direction: 'to-dependent' },
    { layer: 0, head: 4, share: 0.5, weight: 0.4, direction: 'to-dependent' },
    { layer: 0, head: 1, share: 0.5, weight: 0.2, direction: 'to-head' },
    { layer: 0, head: 3, share: 0.25, weight: 0.2, direction: 'to-dependent' },
  ]);
  expect(bestHeads(found, [1, 5, 5, 5], 5)).toHaveLength(4);
});
