import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedForwardsOf, headsOf } from '../../../../../src/common/attention/modelParts';
import {
  groupOfHead,
  groupsOf,
  includes,
  isNone,
  largeGroups,
  noParts,
  partsInWords,
  partsOf,
  type Parts,
  together,
  without,
} from '../../../../../webview/attention/ablation/parts';

const bert = { architecture: 'bert', layers: 3, heads: 4 } as const;
const transformer = { architecture: 'transformer', layers: 2, heads: 2 } as const;
const lstm = { architecture: 'lstm-attention', layers: 2, heads: 1 } as const;
const models = [bert, transformer, lstm, { ...bert, architecture: 'gpt2' } as const];

const encoderHead = (layer: number, head: number) => ({ kind: 'encoder', layer, head }) as const;
const network = (layer: number) => ({ kind: 'encoder', layer }) as const;

/** A model and any of its parts. */
const someParts = fc.constantFrom(...models).chain(model =>
  fc.tuple(
    fc.constant(model),
    fc.record({
      heads: fc.subarray([...headsOf(model)]),
      feedForwards: fc.subarray([...feedForwardsOf(model)]),
    }),
  ),
);

const sorted = ({ heads, feedForwards }: Parts) => ({
  heads: heads.map(one => JSON.stringify(one)).sort(),
  feedForwards: feedForwards.map(one => JSON.stringify(one)).sort(),
});

describe('groups', () => {
  test('of any parts have together exactly these parts, each once', () => {
    fc.assert(
      fc.property(someParts, ([model, parts]) => {
        const groups = groupsOf(model, parts);
        expect(
          sorted({
            heads: groups.flatMap(group => group.parts.heads),
            feedForwards: groups.flatMap(group => group.parts.feedForwards),
          }),
        ).toEqual(sorted(parts));
      }),
    );
  });

  test('are as large as they can be', () => {
    const layer = { heads: [0, 1, 2, 3].map(head => encoderHead(1, head)), feedForwards: [] };
    expect(groupsOf(bert, layer).map(({ name }) => name)).toEqual(['Heads of layer 2']);
    const whole = { ...layer, feedForwards: [network(1)] };
    expect(groupsOf(bert, whole).map(({ name }) => name)).toEqual(['Whole layer 2']);
    const everything = { heads: headsOf(bert), feedForwards: feedForwardsOf(bert) };
    expect(groupsOf(bert, everything).map(({ name }) => name)).toEqual(['Everything']);
    expect(groupsOf(bert, { ...everything, feedForwards: [] })[0]?.name).toBe('All heads');
  });

  test('of a model with several kinds of attention say which', () => {
    const head = { kind: 'cross', layer: 1, head: 0 } as const;
    expect(groupOfHead(transformer, head).name).toBe('Cross L2·H1');
    expect(groupOfHead(transformer, head).words).toBe('cross layer 2, head 1');
    expect(largeGroups(transformer).map(({ name }) => name)).toContain('Whole decoder layer 2');
  });

  test('name no part that a model does not have', () => {
    expect(largeGroups(lstm).every(({ parts }) => !isNone(parts))).toBe(true);
    expect(largeGroups(lstm).some(({ name }) => /feed-forward/iu.test(name))).toBe(false);
  });
});

test('parts of another model are left out, and what is all there stays the same object', () => {
  const parts = { heads: [encoderHead(1, 2), encoderHead(9, 0)], feedForwards: [network(7)] };
  expect(partsOf(bert, parts)).toEqual({ heads: [encoderHead(1, 2)], feedForwards: [] });
  expect(partsOf(transformer, parts)).toEqual(noParts);
  const there = { heads: [encoderHead(2, 3), encoderHead(0, 0)], feedForwards: [network(0)] };
  expect(partsOf(bert, there)).toBe(there);
});

test('a part that is named twice counts once', () => {
  const twice = { heads: [encoderHead(1, 2), encoderHead(1, 2)], feedForwards: [] };
  expect(partsOf(bert, twice).heads).toEqual([encoderHead(1, 2)]);
});

test('what is added is there once, and gone when it is taken away', () => {
  fc.assert(
    fc.property(someParts, someParts, ([model, parts], [, others]) => {
      const more = partsOf(model, others);
      const both = together(parts, more);
      expect(includes(both, parts) && includes(both, more)).toBe(true);
      expect(sorted(partsOf(model, both))).toEqual(sorted(both));
      expect(sorted(without(both, more))).toEqual(sorted(without(parts, more)));
    }),
  );
});

test('parts are named in a sentence, and of many only the first', () => {
  expect(partsInWords(bert, { heads: [encoderHead(1, 3)], feedForwards: [] })).toBe(
    'layer 2, head 4',
  );
  const many = {
    heads: [encoderHead(0, 0), encoderHead(0, 1), encoderHead(1, 0), encoderHead(2, 2)],
    feedForwards: [network(2)],
  };
  expect(partsInWords(bert, many)).toBe(
    'the feed-forward network of layer 3, layer 1, head 1, layer 1, head 2, and 2 more parts',
  );
});
