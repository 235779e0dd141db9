import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Token } from '../../../../src/common/protocol/engine/types';
import { parseManifest } from '../../../../src/common/protocol/manifest';
import { parseContentJson } from '../../../../src/common/content/lesson';
import { parseRewardStudy } from '../../../../src/common/content/evaluation';
import { answerFeatures } from '../../../../webview/stage/parts/rewards/answers';
import { klOfBestOf, meanOfBestOf } from '../../../../webview/stage/parts/rewards/bestOfN';
import {
  agreementOf,
  comparisonsOf,
  contradictions,
  descend,
  type Features,
  lossOf,
  marginsOf,
  moved,
} from '../../../../webview/stage/parts/rewards/bradleyTerry';
import {
  bestFirst,
  parseSettings,
  placeRankings,
  scoreAnswers,
} from '../../../../webview/stage/parts/rewards/state';
import { trainReward } from '../../../../webview/stage/parts/rewards/rewardTraining';

/** Three rankings of random texts, and what `training/reward/bradley_terry.py` makes of them. */
interface Reference {
  readonly states: readonly (readonly number[])[];
  readonly scale: readonly number[];
  readonly rankings: readonly (readonly number[])[];
  readonly strength: number;
  readonly steps: number;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly losses: Readonly<Record<string, number>>;
  readonly heldOutMargins: readonly (readonly number[])[];
  readonly agreement: number;
}

const reference = JSON.parse(
  readFileSync('test/unit/webview/stage/bradleyTerry.json', 'utf8'),
) as Reference;
const features = reference.states.map((row): Features =>
  Float64Array.from(row, (value, index) => value * reference.scale[index]!),
);
const rankings = reference.rankings.map(comparisonsOf);

const near = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, 10));
};

/** All that a generator yields, and what it returns. */
function runThrough<Y, R>(generator: Generator<Y, R>): { readonly all: Y[]; readonly end: R } {
  const all: Y[] = [];
  for (;;) {
    const next = generator.next();
    if (next.done) {
      return { all, end: next.value };
    }
    all.push(next.value);
  }
}

describe('a reward of Bradley and Terry', () => {
  test('has after each step the weights that the reference has', () => {
    const l2 = reference.strength / features.length;
    const weights = [...descend(features, rankings.flat(), l2, reference.steps)];
    expect(weights).toHaveLength(reference.steps + 1);
    for (const [step, expected] of Object.entries(reference.weights)) {
      near(weights[Number(step)]!, expected);
      expect(lossOf(marginsOf(weights[Number(step)]!, features, rankings.flat()))).toBeCloseTo(
        reference.losses[step]!,
        10,
      );
    }
  });

  test('is held against each ranking by what was learned from the others', () => {
    const { all, end } = runThrough(trainReward(features, rankings, reference));
    expect(all.map(({ step }) => step)).toEqual(Array.from({ length: 201 }, (_, step) => step));
    expect(all[0]?.loss).toBeCloseTo(Math.LN2, 12);
    expect(all.at(-1)?.loss).toBeCloseTo(reference.losses['200']!, 10);
    expect(all.at(-1)?.heldOutLoss).toBeCloseTo(lossOf(reference.heldOutMargins.flat()), 10);
    expect(end.heldOutAgreement).toBeCloseTo(reference.agreement, 12);
    near(end.weights, reference.weights['200']!);
  });

  test('of one ranking cannot be held against another', () => {
    const { end } = runThrough(trainReward(features, rankings.slice(0, 1), reference));
    expect(end.heldOutAgreement).toBeUndefined();
    expect(end.agreement).toBeCloseTo(5 / 6, 12);
  });

  test('learns nothing where every comparison is told both ways', () => {
    const places = [0, 1, 2];
    const both = [places, places.toReversed()].map(comparisonsOf);
    const { end } = runThrough(trainReward(features, both, reference));
    expect(Math.hypot(...end.weights)).toBeCloseTo(0, 12);
    expect(end.agreement).toBe(0.5);
  });

  test('does not depend on texts that nothing is told of', () => {
    const [first] = rankings;
    const named = new Set(reference.rankings[0]);
    const far = features.map((each, text) => (named.has(text) ? each : each.map(() => 1e3)));
    const run = (texts: readonly Features[]) =>
      runThrough(trainReward(texts, [first!], reference)).end.weights;
    near(run(far), [...run(features)]);
  });

  test('has a loss that is a number however sure it is', () => {
    expect(lossOf([-2000])).toBe(2000);
    expect(lossOf([2000])).toBe(0);
    expect(agreementOf([1, -1, 0, 3])).toBe(0.625);
  });
});

describe('what a reward sees of an answer', () => {
  test('is the scaled mean of one layer over the tokens of the answer alone', () => {
    const token = (start: number): Token => ({
      ...{ id: 0, text: '', start, end: start + 1 },
      ...{ segment: 0, isSpecial: false, word: 0 },
    });
    // [layers 2, tokens 3, D 2]; the answer begins with the second token.
    const values = Float32Array.of(9, 9, 9, 9, 9, 9, 7, 7, 1, 2, 3, 6);
    const recipe = { layer: 1, scale: [1, 0.5] };
    const states = { shape: [2, 3, 2] as const, values };
    const source = [0, 5, 8].map(token);
    expect([...answerFeatures(states, source, 5, recipe)]).toEqual([2, 2]);
    expect([...answerFeatures(states, source, 9, recipe)]).toEqual([0, 0]);
  });

  test('is said by the study, for the model that is shipped', () => {
    const read = (path: string) =>
      parseContentJson(new Uint8Array(readFileSync(path)).buffer, path);
    const { page, smollm2 } = parseRewardStudy(read('media/studies/reward.json'));
    const manifest = parseManifest(read('models/smollm2/manifest.json'));
    expect(page.model).toBe(manifest.id);
    expect(page.sha256).toBe(manifest.files.weights?.sha256);
    expect(page.scale).toHaveLength(manifest.hiddenSize);
    expect(page.layer).toBeLessThanOrEqual(manifest.layers);
    expect(smollm2.byComparisons.length).toBeGreaterThan(5);
    expect(() => parseRewardStudy({ page })).toThrow(/The study of rewards is wrong at data/);
  });
});

describe('a ranking', () => {
  test('tells which of any two is preferred, and nothing of equal ones', () => {
    expect(comparisonsOf([2, 0, 1])).toEqual([
      { preferred: 2, rejected: 0 },
      { preferred: 2, rejected: 1 },
      { preferred: 0, rejected: 1 },
    ]);
    expect(comparisonsOf([3, 3])).toEqual([]);
    expect(comparisonsOf([1])).toEqual([]);
  });

  test('that says the opposite of another contradicts it in each pair once', () => {
    const told = (...places: number[][]) => contradictions(places.flatMap(comparisonsOf));
    expect(told([0, 1, 2])).toBe(0);
    expect(told([0, 1, 2], [0, 1, 2])).toBe(0);
    expect(told([0, 1, 2], [1, 0, 2])).toBe(1);
    expect(told([0, 1, 2], [2, 1, 0], [2, 1, 0])).toBe(3);
  });

  test('keeps all that is in it when one is moved', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.nat(), fc.nat(), (list, a, b) => {
        const [from, to] = [a % list.length, b % list.length];
        const after = moved(list, from, to);
        expect(after[to]).toBe(list[from]);
        expect(after.toSorted()).toEqual(list.toSorted());
        expect(moved(after, to, from)).toEqual(list);
      }),
    );
  });
});

describe('what is kept of rankings', () => {
  const answer = (text: string) => ({ text, isWhole: true });

  test('is compared text by text: the same answer to the same prompt is one text', () => {
    const rankings = [
      { prompt: 'Why?', answers: [answer('a'), answer('b'), answer('a')] },
      { prompt: 'How?', answers: [answer('a'), answer('c')] },
      { prompt: 'Why?', answers: [answer('b'), answer('a')] },
    ];
    const { texts, comparisons } = placeRankings(rankings);
    expect(texts.map(({ prompt, text }) => prompt + text)).toEqual([
      ...['Why?a', 'Why?b', 'How?a', 'How?c'],
    ]);
    expect(
      comparisons.map(each => each.map(({ preferred, rejected }) => [preferred, rejected])),
    ).toEqual([
      [
        [0, 1],
        [1, 0],
      ],
      [[2, 3]],
      [[1, 0]],
    ]);
  });

  test('is read field by field: what is wrong becomes its default, the rest stays', () => {
    const good = { prompt: 'Why?', answers: [answer('a')] };
    expect(parseSettings(undefined)).toEqual({ rankings: [], sampled: 0 });
    expect(parseSettings({ rankings: [{}], sampled: -1, draft: good, prompt: 3 })).toMatchObject({
      ...{ rankings: [], sampled: 0, draft: good, prompt: undefined },
    });
  });

  test('gives rewards around their mean, and none to what was not read', () => {
    const reward = { weights: Float64Array.of(2), agreement: 1, heldOutAgreement: undefined };
    const read = [1, 4, 1].map((value, place) => ({
      ...answer('x'.repeat(place + 1)),
      features: Float64Array.of(value),
    }));
    const scored = scoreAnswers(read, reward);
    expect(scored.map(one => one.reward)).toEqual([-2, 4, -2]);
    const texts = (judge: 'reward' | 'length', n: number) =>
      bestFirst(scored, n, judge).map(({ text }) => text);
    expect(texts('reward', 3)).toEqual(['xx', 'x', 'xxx']);
    expect(texts('length', 3)).toEqual(['xxx', 'xx', 'x']);
    expect(texts('length', 2)).toEqual(['xx', 'x']);
    const unread = scoreAnswers([{ ...answer('y'), features: undefined }, ...read], reward);
    expect(unread.map(one => one.reward)).toEqual([undefined, -2, 4, -2]);
    expect(bestFirst(unread, 4, 'reward').map(({ text }) => text)).toEqual(['y', 'x', 'xx', 'xxx']);
    expect(scoreAnswers(read, undefined).every(one => one.reward === undefined)).toBe(true);
  });
});

describe('the best of n', () => {
  test('is as far from the model as its formula says', () => {
    expect(klOfBestOf(1)).toBe(0);
    expect(klOfBestOf(4)).toBeCloseTo(0.6363, 4);
    expect(klOfBestOf(16)).toBeCloseTo(1.8351, 4);
  });

  test('is worth the mean over all ways to take n', () => {
    const value = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (answers, seed) => {
          const n = 1 + (seed % answers.length);
          const [scores, values] = [answers.map(([score]) => score), answers.map(([, one]) => one)];
          const taken = subsets(answers.length, n).map(places => {
            const best = Math.max(...places.map(place => scores[place]!));
            return values[places.find(place => scores[place] === best)!]!;
          });
          const mean = taken.reduce((sum, one) => sum + one, 0) / taken.length;
          expect(meanOfBestOf(n, scores, values)).toBeCloseTo(mean, 9);
        },
      ),
    );
  });
});

function subsets(size: number, n: number): number[][] {
  return Array.from({ length: 2 ** size }, (_, bits) =>
    Array.from({ length: size }, (_each, place) => place).filter(place => bits & (1 << place)),
  ).filter(places => places.length === n);
}
