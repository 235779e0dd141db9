import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noBranches } from '../../../../webview/next/branches';
import { ownDistribution } from '../../../../webview/next/distribution';
import { branchesOf, parseState, withBranches } from '../../../../webview/next/nextState';

const defaults = parseState(undefined);
const subject = {
  modelId: 'smollm2',
  segments: [{ text: 'a' }],
  label: 'x',
  cutLength: 3,
};
const branches = {
  nodes: [
    { parent: -1, id: 4 },
    { parent: 0, id: 5 },
  ],
  at: 1,
  tip: 1,
};

describe('the saved state of next tokens', () => {
  test('that is not there is the beginning', () => {
    expect(defaults).toMatchObject({
      branches: {},
      controls: ownDistribution,
      strategy: 'sample',
    });
    expect([defaults.subject, defaults.watched]).toEqual([undefined, undefined]);
  });

  test('comes back as it was, branches too', () => {
    const state = {
      ...defaults,
      subject,
      branches: { smollm2: branches },
      controls: { temperature: 0.5, topK: 40, topP: 0.9, minP: 0.05 },
      strategy: 'beam',
      seed: 7,
      lens: true,
      watched: 12,
      masked: [3],
    };
    const parsed = parseState(structuredClone(state));
    expect(parsed).toEqual(state);
    expect(branchesOf(parsed)).toEqual(branches);
  });

  test('has branches of each model', () => {
    const state = { ...parseState({ subject, branches: { smollm2: branches } }) };
    const other = { ...state, subject: { ...state.subject!, modelId: 'gpt2' } };
    expect(branchesOf(other)).toBe(noBranches);
    const changed = withBranches(other, { ...noBranches, tip: -1 });
    expect(Object.keys(changed.branches).sort()).toEqual(['gpt2', 'smollm2']);
    expect(branchesOf(state)).toEqual(branches);
  });

  test.each([
    ['a child before its parent', { nodes: [{ parent: 0, id: 1 }], at: 0, tip: 0 }],
    [
      'a circle',
      {
        nodes: [
          { parent: 1, id: 1 },
          { parent: 0, id: 2 },
        ],
        at: 0,
        tip: 0,
      },
    ],
    ['a place that is not there', { nodes: [], at: 2, tip: -1 }],
  ])('loses branches with %s', (_, broken) => {
    expect(parseState({ ...defaults, subject, branches: { smollm2: broken } }).branches).toEqual(
      {},
    );
  });

  test.each([
    [{ temperature: 0 }, 'temperature'],
    [{ temperature: NaN }, 'temperature'],
    [{ topK: 1.5 }, 'topK'],
    [{ topP: 2 }, 'topP'],
    [{ minP: -1 }, 'minP'],
  ] as const)('with controls of %j loses that one alone', (change, name) => {
    const set = { temperature: 0.5, topK: 9, topP: 0.5, minP: 0.5 };
    expect(parseState({ controls: { ...set, ...change } }).controls).toEqual({
      ...set,
      [name]: ownDistribution[name],
    });
  });

  test('of any kind gives a state that can be used', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        const state = parseState(value);
        expect(parseState(state)).toEqual(state);
      }),
    );
  });
});
