/** The charts of the reward: its training, a study, and what choosing brings. */
import type { RewardStudy } from '../../../../src/common/content/evaluation';
import { lineChart } from '../../../charts/lineChart';
import type { Theme } from '../../../common/theme';
import { klOfBestOf, meanOfBestOf } from './bestOfN';
import type { RewardProgress } from './rewardTraining';

const height = 200;

export function lossChart(
  progress: readonly RewardProgress[],
  theme: Theme,
  width: number,
): Element {
  const heldOut = progress.flatMap(({ step, heldOutLoss }) =>
    heldOutLoss === undefined ? [] : [{ x: step, y: heldOutLoss }],
  );
  return lineChart({
    series: [
      {
        name: 'yours',
        isSmooth: true,
        points: progress.map(({ step, loss }) => ({ x: step, y: loss })),
      },
      { name: 'left out', isSmooth: true, points: heldOut },
    ].filter(({ points }) => points.length > 0),
    xLabel: 'step of training',
    yLabel: 'loss in nats',
    words:
      'Loss of the reward while it learns, on all of your comparisons and on rankings left out.',
    ...{ theme, width, height },
  });
}

/** @param yours the user's own comparisons, and the share of those held out that came out right. */
export function studyChart(
  { smollm2, length }: RewardStudy,
  yours: { readonly comparisons: number; readonly agreement: number } | undefined,
  theme: Theme,
  width: number,
): Element {
  const line = (name: string, { byComparisons }: RewardStudy['smollm2']) => ({
    name,
    points: byComparisons.map(({ comparisons, accuracy }) => ({
      x: comparisons,
      y: 100 * accuracy,
    })),
  });
  return lineChart({
    series: [line('states', smollm2), line('length', length)],
    marks: yours ? [{ x: yours.comparisons, y: 100 * yours.agreement, words: 'yours' }] : [],
    xType: 'log',
    xFormat: String,
    xLabel: 'comparisons',
    yLabel: '% right on debates left out',
    yDomain: [0, 100],
    words:
      'The study: accuracy on debates left out against the number of comparisons, for a reward that sees the model’s states and one that sees the length alone.',
    ...{ theme, width, height },
  });
}

/** @param max the number of answers at the end of the axis. */
export function klChart(n: number, max: number, theme: Theme, width: number): Element {
  const kl = klOfBestOf(n);
  return lineChart({
    series: [
      {
        name: 'log n − (n − 1)/n',
        points: Array.from({ length: max }, (_, index) => ({
          x: index + 1,
          y: klOfBestOf(index + 1),
        })),
        isDashed: true,
      },
    ],
    marks: [{ x: n, y: kl, words: kl.toFixed(2) }],
    yDomain: [0, klOfBestOf(max) * 1.2],
    xLabel: 'n',
    yLabel: 'KL in nats, at most',
    words: `How far the best of n is from the model, against n: at most ${kl.toFixed(2)} nats for ${n}.`,
    ...{ theme, width, height },
  });
}

/**
 * What choosing brings, by the reward that was learned.
 *
 * @param rewards of the answers. @param lengths of the same, in characters.
 */
export function chosenChart(
  rewards: readonly number[],
  lengths: readonly number[],
  theme: Theme,
  width: number,
): Element {
  const line = (name: string, scores: readonly number[]) => ({
    name,
    points: rewards.map((_, index) => ({
      x: index + 1,
      y: meanOfBestOf(index + 1, scores, rewards),
    })),
  });
  const series = [line('by your reward', rewards), line('by length', lengths)];
  const ends = series.flatMap(({ points }) => points.map(({ y }) => y));
  return lineChart({
    series,
    yDomain: [Math.min(0, ...ends) * 1.1, Math.max(0, ...ends) * 1.1],
    xLabel: 'n',
    yLabel: 'your reward of the chosen one',
    words:
      'Your reward of the best of n against n: chosen by your reward, and chosen by length alone.',
    ...{ theme, width, height },
  });
}
