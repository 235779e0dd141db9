import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainsOf } from '../../../../webview/next/tree';

const nodes = (...parents: number[]) => parents.map(parent => ({ parent }));

test.each([
  ['nothing', nodes(), []],
  ['one way', nodes(-1, 0, 1), [{ nodes: [0, 1, 2], from: -1, depth: 0 }]],
  [
    'a fork, below the way that it leaves',
    nodes(-1, 0, 1, 0, 3),
    [
      { nodes: [0, 1, 2], from: -1, depth: 0 },
      { nodes: [3, 4], from: 0, depth: 1 },
    ],
  ],
  [
    'two beginnings',
    nodes(-1, -1),
    [
      { nodes: [0], from: -1, depth: 0 },
      { nodes: [1], from: -1, depth: 0 },
    ],
  ],
  [
    'a fork of a fork after it, before a later fork',
    nodes(-1, 0, 1, 0, 3, 3, 1),
    [
      { nodes: [0, 1, 2], from: -1, depth: 0 },
      { nodes: [3, 4], from: 0, depth: 1 },
      { nodes: [5], from: 3, depth: 2 },
      { nodes: [6], from: 1, depth: 1 },
    ],
  ],
])('of %s', (_, tree, chains) => {
  expect(chainsOf(tree)).toEqual(chains);
});

test('the first child can be chosen', () => {
  expect(chainsOf(nodes(-1, 0, 0), (a, b) => b - a).map(chain => chain.nodes)).toEqual([
    [0, 2],
    [1],
  ]);
});

test('every node stands in one line, after its parent, and there are as many lines as ends', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { maxLength: 80 }), numbers => {
      const tree = numbers.map((number, index) => ({ parent: (number % (index + 1)) - 1 }));
      const chains = chainsOf(tree);
      const order = chains.flatMap(chain => chain.nodes);
      expect([...order].sort((a, b) => a - b)).toEqual(tree.map((_, index) => index));
      const places = new Map(order.map((node, place) => [node, place]));
      tree.forEach(({ parent }, node) => {
        expect(places.get(parent) ?? -1).toBeLessThan(places.get(node) ?? -1);
      });
      const parents = new Set(tree.map(({ parent }) => parent));
      expect(chains).toHaveLength(tree.filter((_, node) => !parents.has(node)).length);
    }),
  );
});

test('a way of many tokens is no recursion', () => {
  const long = Array.from({ length: 50_000 }, (_, index) => ({ parent: index - 1 }));
  expect(chainsOf(long)[0]?.nodes).toHaveLength(50_000);
});
