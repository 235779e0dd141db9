/** The state of "A reward from your rankings", and what follows from it. */
import * as v from 'valibot';
import type { RewardStudy } from '../../../../src/common/content/evaluation';
import type { RunningState } from '../../part/livePart';
import type { Answer } from './answers';
import { type Comparison, comparisonsOf, type Features, rewardOf } from './bradleyTerry';
import type { Reward, RewardProgress } from './rewardTraining';

/** The number of answers to rank at a time; InstructGPT's labellers had 4 to 9. */
export const answersToRank = 4;
export const maxRankings = 16;
/** Answers to choose from: those that are sampled with a click, and in all. */
export const candidatesPerClick = 8;
export const maxCandidates = 16;

const round = v.object({
  prompt: v.pipe(v.string(), v.nonEmpty(), v.maxLength(2000)),
  /** In the user's order, the best first. */
  answers: v.pipe(
    v.array(v.object({ text: v.pipe(v.string(), v.maxLength(4000)), isWhole: v.boolean() })),
    v.maxLength(answersToRank),
  ),
});

const settings = v.object({
  /** What is asked; undefined: the sentence of the page. */
  prompt: v.fallback(v.optional(v.pipe(v.string(), v.maxLength(2000))), undefined),
  /** Answers that are being ranked. */
  draft: v.fallback(v.optional(round), undefined),
  rankings: v.fallback(v.pipe(v.array(round), v.maxLength(maxRankings)), []),
  /** How many answers were sampled: each has a seed of its own. */
  sampled: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
});

/** What is kept across a reload: what the user did, with the answers that they did it to. */
export type Settings = v.InferOutput<typeof settings>;
/** Answers to one prompt, as they were ranked. */
export type Round = v.InferOutput<typeof round>;

/** @param kept from outside. */
export const parseSettings = (kept: unknown): Settings => v.parse(settings, kept ?? {});

/** What the best of n is chosen by. */
export type Judge = 'reward' | 'length';

/** What is at work; a draft is read after it was written. */
export type Doing = 'rank' | 'read' | 'train' | 'choose';

/** An answer to choose. */
export interface Candidate extends Answer {
  /** Undefined until it has been read. */
  readonly features: Features | undefined;
}

/** A candidate as the reward sees it. */
export interface ScoredAnswer extends Answer {
  /** Around the mean of all candidates: a reward has no zero of its own. Undefined until there is one. */
  readonly reward: number | undefined;
}

export interface RewardsState extends RunningState, Settings {
  readonly doing: Doing | undefined;
  /** The last move, for a user who cannot see it. */
  readonly announcement: string;
  /** Undefined until it was needed. */
  readonly study: RewardStudy | undefined;
  readonly progress: readonly RewardProgress[];
  readonly reward: Reward | undefined;
  /** The time of the training alone, without the reading before it, in ms. */
  readonly trainMs: number;
  readonly candidates: readonly Candidate[];
  /** What they answer. */
  readonly asked: string;
  readonly n: number;
  readonly judge: Judge;
}

export const nothingTrained = {
  ...{ progress: [], reward: undefined, trainMs: 0 },
} satisfies Partial<RewardsState>;

/** Rankings as comparisons of texts. */
export interface PlacedRankings {
  /** What was ranked, each once. */
  readonly texts: readonly { readonly prompt: string; readonly text: string }[];
  /** By ranking, of places in `texts`. */
  readonly comparisons: readonly (readonly Comparison[])[];
}

export function placeRankings(rankings: readonly Round[]): PlacedRankings {
  const places = new Map<string, number>();
  const texts: { readonly prompt: string; readonly text: string }[] = [];
  const comparisons = rankings.map(({ prompt, answers }) =>
    comparisonsOf(
      answers.map(({ text }) => {
        const key = `${prompt}\n${text}`;
        const place = places.get(key) ?? texts.push({ prompt, text }) - 1;
        places.set(key, place);
        return place;
      }),
    ),
  );
  return { texts, comparisons };
}

export const lengthOf = ({ text }: Answer): number => text.length;

export function scoreAnswers(
  candidates: readonly Candidate[],
  reward: Reward | undefined,
): readonly ScoredAnswer[] {
  const rewards = candidates.map(({ features }) =>
    reward && features ? rewardOf(reward.weights, features) : undefined,
  );
  const known = rewards.filter(one => one !== undefined);
  const mean = known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length);
  return candidates.map(({ text, isWhole }, index) => {
    const own = rewards[index];
    return { text, isWhole, reward: own === undefined ? undefined : own - mean };
  });
}

/** The first n answers, the best first; in the order in which they came if one of them cannot be judged yet. */
export function bestFirst(
  answers: readonly ScoredAnswer[],
  n: number,
  judge: Judge,
): readonly ScoredAnswer[] {
  const first = answers.slice(0, n);
  const score = (one: ScoredAnswer) => (judge === 'length' ? lengthOf(one) : one.reward);
  return first.some(one => score(one) === undefined)
    ? first
    : first.toSorted((a, b) => (score(b) ?? 0) - (score(a) ?? 0));
}
