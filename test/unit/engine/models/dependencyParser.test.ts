import { expect, test } from 'vitest';
import { DependencyParser } from '../../../../src/engine/models/dependencyParser';
import type { OpenModel } from '../../../../src/engine/models/model';
import type { Feed, Output, RunnableGraph } from '../../../../src/engine/onnx/tensors';
import type { Token } from '../../../../src/common/protocol/engine/types';

const relations = ['det', 'nsubj', 'root'];

/** A graph that gives these logits for arcs in turn, and for the relation of a unit always its head's number. */
class FakeGraph implements RunnableGraph {
  readonly inputs = ['hidden_states', 'pooling', 'heads'];
  readonly outputs = ['arcs', 'relations'];
  readonly poolings: Output[] = [];
  readonly heads: Feed[] = [];

  constructor(private readonly arcs: readonly (readonly (readonly number[])[])[]) {}

  run(feeds: Readonly<Record<string, Feed>>, outputs: readonly string[]) {
    const heads = feeds['heads'] as readonly number[];
    const units = heads.length;
    const isArcs = outputs.includes('arcs');
    if (isArcs) {
      this.poolings.push(feeds['pooling'] as Output);
    } else {
      this.heads.push(heads);
    }
    const arcs = this.arcs[this.poolings.length - 1] ?? [];
    const values = Float32Array.from(
      isArcs
        ? arcs.flat()
        : heads.flatMap(head => relations.map((_, each) => Number(each === head))),
    );
    const dims = [units, values.length / units];
    return Promise.resolve({
      outputs: new Map([[isArcs ? 'arcs' : 'relations', { dims, values }]]),
      runMs: 0,
    });
  }
}

const parserOf = (graph: RunnableGraph) =>
  new DependencyParser({
    manifest: { id: 'bert', parser: { relations, unlabelled: 0, labelled: 0 } },
    session: () => graph,
  } as unknown as OpenModel);

const special = (text: string, end: number): Token => ({
  id: 0,
  text,
  start: end,
  end,
  segment: 0,
  isSpecial: true,
  word: -1,
});
const token = (text: string, word: number, start: number, segment: 0 | 1 = 0): Token => ({
  id: 1,
  text,
  start,
  end: start + text.replace('##', '').length,
  segment,
  isSpecial: false,
  word,
});
const states: Output = { dims: [2, 1, 1, 1], values: new Float32Array(2) };

test('a sentence becomes a tree, whatever each word likes best', async () => {
  // "The" and "dogs" like each other best: a circle.
  const graph = new FakeGraph([
    [
      [0, 0, 0],
      [0, 99, 5],
      [4, 5, -99],
    ],
  ]);
  const tokens = [
    special('[CLS]', 0),
    token('The', 0, 0),
    token('do', 1, 4),
    token('##gs', 1, 6),
    special('[SEP]', 8),
  ];
  const parsed = await parserOf(graph).parse({ text: 'The dogs' }, tokens, states);
  // What stands on the diagonal counts for nothing: e^5 / (e^5 + e^0).
  expect(parsed).toEqual([
    {
      word: 0,
      head: 1,
      relation: 'root',
      headProbability: expect.closeTo(0.9933, 4) as number,
      relationProbability: expect.closeTo(0.5761, 4) as number,
    },
    {
      word: 1,
      head: -1,
      relation: 'det',
      headProbability: expect.closeTo(0.2689, 4) as number,
      relationProbability: expect.closeTo(0.5761, 4) as number,
    },
  ]);
  expect(graph.heads).toEqual([[0, 2, 0]]);
  expect(graph.poolings).toEqual([
    {
      dims: [3, 4],
      values: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.5, 0.5),
    },
  ]);
});

test('each sentence of each text has a root of its own', async () => {
  const one = [
    [0, 0],
    [0, 0],
  ];
  const graph = new FakeGraph([one, one, one]);
  const tokens = [
    special('[CLS]', 0),
    token('Yes', 0, 0),
    token('No', 1, 5),
    special('[SEP]', 7),
    token('Well', 2, 0, 1),
    special('[SEP]', 4),
  ];
  const parsed = await parserOf(graph).parse({ text: 'Yes. No', textPair: 'Well' }, tokens, states);
  expect(parsed.map(({ word, head }) => [word, head])).toEqual([
    [0, -1],
    [1, -1],
    [2, -1],
  ]);
});

test('a text without words has no tree, and runs nothing', async () => {
  const graph = new FakeGraph([]);
  const tokens = [special('[CLS]', 0), special('[SEP]', 0)];
  expect(await parserOf(graph).parse({ text: ' ' }, tokens, states)).toEqual([]);
  expect(graph.poolings).toEqual([]);
});
