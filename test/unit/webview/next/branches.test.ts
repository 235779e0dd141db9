import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ahead,
  append,
  appendedIds,
  back,
  below,
  forward,
  goTo,
  noBranches,
  pathTo,
  type Branches,
} from '../../../../webview/next/branches';

const appendAll = (branches: Branches, ...ids: number[]) => ids.reduce(append, branches);

describe('branches', () => {
  test('grow from the place where the person is', () => {
    const one = appendAll(noBranches, 5, 6, 7);
    const two = append(goTo(one, 0), 8);
    expect(appendedIds(one)).toEqual([5, 6, 7]);
    expect(appendedIds(two)).toEqual([5, 8]);
    expect(two.nodes).toHaveLength(4);
  });

  test('hold the same token at the same place once', () => {
    const one = appendAll(noBranches, 5, 6);
    const again = appendAll(goTo(one, -1), 5, 6);
    expect(again.nodes).toEqual(one.nodes);
    expect(again.at).toBe(one.at);
  });

  test('below a token keep the ways on from it, and what is known of them', () => {
    const walked = appendAll(noBranches, 5, 6, 7);
    const forked = append(goTo(walked, 0), 8);
    const { branches, before } = below(goTo(forked, 0), 0);
    expect(branches.nodes.map(({ id }) => id)).toEqual([6, 7, 8]);
    expect(before.map(index => forked.nodes[index]?.id)).toEqual([6, 7, 8]);
    expect(appendedIds(branches)).toEqual([]);
    expect(ahead(branches).map(node => branches.nodes[node]?.id)).toEqual([8]);
    expect(below(walked, walked.at).branches).toEqual(noBranches);
    expect(below(walked, -1).branches).toEqual(walked);
  });

  test('lead back, and forward along the way that was walked last', () => {
    const walked = back(back(appendAll(noBranches, 5, 6, 7)));
    expect(appendedIds(walked)).toEqual([5]);
    expect(ahead(walked).map(node => walked.nodes[node]?.id)).toEqual([6, 7]);
    expect(appendedIds(forward(walked))).toEqual([5, 6]);
    const other = back(append(walked, 9));
    expect(appendedIds(forward(other))).toEqual([5, 9]);
  });

  test('end at the text and at the tip', () => {
    expect(back(noBranches)).toBe(noBranches);
    const tip = append(noBranches, 5);
    expect(forward(tip)).toBe(tip);
    expect(appendedIds(back(tip))).toEqual([]);
  });

  test('stay sound, whatever is done', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), id: fc.nat(3) }),
      fc.record({ do: fc.constant('goTo' as const), id: fc.nat(30) }),
      fc.constant({ do: 'back' as const, id: 0 }),
      fc.constant({ do: 'forward' as const, id: 0 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        let branches = noBranches;
        for (const { do: what, id } of steps) {
          branches =
            what === 'append'
              ? append(branches, id)
              : what === 'goTo'
                ? goTo(branches, Math.min(id, branches.nodes.length - 1))
                : (what === 'back' ? back : forward)(branches);
          const { nodes, at, tip } = branches;
          expect(nodes.every(({ parent }, index) => parent < index)).toBe(true);
          expect(new Set(nodes.map(({ parent, id: own }) => `${parent} ${own}`)).size).toBe(
            nodes.length,
          );
          // The place is on the way to the tip.
          expect([-1, ...pathTo(branches, tip)]).toContain(at);
        }
      }),
    );
  });
});
