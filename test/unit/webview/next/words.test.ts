import { describe, expect, test } from 'vitest';
import type { BeamNode } from '../../../../src/common/protocol/engine/generate';
import type { LensLayer } from '../../../../src/common/protocol/engine/predict';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { keptNodes, leadsToEnd } from '../../../../webview/next/trees';
import { type Bar, barInWords } from '../../../../webview/next/bars';
import { csvOf } from '../../../../webview/next/exportFile';
import { cutInWords } from '../../../../webview/next/filters';
import { decidedAt, lensInWords } from '../../../../webview/next/lens';
import { fillsMasks, modelFor, predictors, writesOn } from '../../../../webview/common/models';
import { spelled } from '../../../../webview/next/tokenLabels';
import { paceInWords } from '../../../../webview/next/position';

const noBreak = '\u00a0';
const utf8 = new TextEncoder();
const spellings = new Map([
  [1, { text: ' cat', bytes: [...utf8.encode(' cat')], isSpecial: false }],
  [2, { text: '\ufffd', bytes: [0xf0, 0x9f], isSpecial: false }],
  [3, { text: '<|end|>', bytes: [], isSpecial: true }],
]);

describe('a token', () => {
  test.each([
    [1, '·cat', false],
    [2, 'F0 9F', false],
    [3, '<|end|>', true],
    [4, '#4', false],
  ])('%i is drawn as %s', (id, label, isSpecial) => {
    expect(spelled(spellings, id)).toMatchObject({ label, isSpecial });
  });
});

const bar: Bar = {
  token: spelled(spellings, 1),
  isOwn: false,
  candidate: {
    ...{ id: 1, rank: 2, probability: 0.123, logit: 9.1234, filtered: 0.2, cutBy: undefined },
  },
};

test('a bar says its rank, probability and logit, and what the filters made of it', () => {
  expect(barInWords(bar, true)).toBe(`“·cat”: 2nd, 12.3${noBreak}%, logit 9.12`);
  expect(barInWords(bar, false)).toContain(`after temperature and filters 20.0${noBreak}%`);
  const cut: Bar = { ...bar, candidate: { ...bar.candidate, filtered: 0, cutBy: 'top-p' } };
  expect(barInWords(cut, false)).toContain('cut by top-p');
});

test('a table of the bars is safe in a spreadsheet', () => {
  const formula = { ...spelled(spellings, 1), label: '=1+1' };
  expect(csvOf([{ ...bar, token: formula }])).toBe(
    'rank,id,token,probability,filtered,cut_by,logit\r\n2,1,"\'=1+1",0.123,0.2,,9.1234\r\n',
  );
});

test('a cut says how many tokens and how much of the probability', () => {
  expect(cutInWords({ count: 0, mass: 0 })).toBe('cuts nothing');
  expect(cutInWords({ count: 49_112, mass: 0.123 })).toBe(`cuts 49,112 tokens, 12.3${noBreak}%`);
});

test.each([
  [{ tokens: 1, timed: 0, ms: 0 }, '1 token'],
  [{ tokens: 32, timed: 31, ms: 1000 }, '32 tokens, 31.0 a second'],
])('writing of %j went at %s', (pace, words) => {
  expect(paceInWords(pace)).toBe(words);
});

const layer = (id: number, rank?: number): LensLayer => ({
  candidates: [{ id, text: '', probability: 1 }],
  ...(rank !== undefined && { trackedRank: { rank, probability: 0 } }),
});

test.each([
  [[9, 9, 1, 1], 2],
  [[1, 9, 1], 2],
  [[1, 1], 0],
  [[1, 9], undefined],
])('layers that say %j have decided for 1 at %s', (ids, decided) => {
  expect(
    decidedAt(
      ids.map(id => layer(id)),
      1,
    ),
  ).toBe(decided);
});

test('the layers are told in a sentence', () => {
  const view = { watched: 1, choices: [1], vocabSize: 320 };
  expect(lensInWords({ ...view, layers: [layer(9), layer(1)] }, '·cat')).toBe(
    '·cat is the most probable from layer 1 of 1 on.',
  );
  expect(lensInWords({ ...view, layers: [layer(9), layer(9, 3)] }, '·cat')).toBe(
    '·cat ends as the 3rd of 320 tokens.',
  );
});

const node = (parent: number, kept: boolean, hypothesis?: number): BeamNode => ({
  ...{ parent, id: 1, text: '', logProbability: -1, total: -1, step: 0, kept, finished: false },
  hypothesis,
});

test('of a beam search what stayed is drawn, and what led to an end is known', () => {
  const kept = keptNodes([node(-1, false), node(-1, true), node(-1, true), node(2, true, 0)]);
  expect(kept.map(({ index, parent }) => [index, parent])).toEqual([
    [1, -1],
    [2, -1],
    [3, 1],
  ]);
  expect(leadsToEnd(kept)).toEqual([false, true, true]);
});

const model = (id: string, family: Manifest['family'], year: number, mask?: number) =>
  // Of a manifest these are all that is read here.
  ({ id, family, year, ...(mask !== undefined && { tokens: { mask } }) }) as Manifest;

test('a model is taken that can tell what comes next, the chosen one if it can', () => {
  const models = [
    model('smollm2', 'decoder-only', 2023),
    model('bert', 'encoder-only', 2018),
    model('masked', 'encoder-only', 2018, 4),
    model('gpt2', 'decoder-only', 2019),
    model('transformer', 'encoder-decoder', 2017),
  ];
  expect(predictors(models).map(({ id }) => id)).toEqual(['masked', 'gpt2', 'smollm2']);
  expect(modelFor(models, 'gpt2')?.id).toBe('gpt2');
  expect(modelFor(models, 'bert')?.id).toBe('smollm2');
  expect(modelFor(models.slice(1, 3), 'smollm2')?.id).toBe('masked');
  expect(modelFor([model('bert', 'encoder-only', 2018)], 'smollm2')).toBeUndefined();
  expect(models.map(writesOn)).toEqual([true, false, false, true, false]);
  expect(models.map(fillsMasks)).toEqual([false, false, true, false, false]);
});
