/** The schema of the study of rewards in `media/studies/`. */

import * as v from 'valibot';
import { validate } from '../validate';
import { shipped } from './lesson';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const figures = v.object({
  withAll: v.object({ accuracy: share }),
  byComparisons: v.pipe(
    v.array(v.object({ comparisons: whole, accuracy: share, deviation: v.number() })),
    v.nonEmpty(),
  ),
});

const study = v.object({
  /** The judged texts, and the number of judgements. */
  data: v.object({ name: v.string(), pairs: whole }),
  /** How a page learns a reward in the same way. */
  page: v.object({
    /** Model folder, and the SHA-256 of the weights whose states these are. */
    model: v.string(),
    sha256: v.string(),
    /** Layer of the hidden states; 0 is the embedding. */
    layer: whole,
    /** Over the tokens of the answer. */
    pooling: v.literal('mean'),
    /** The penalty is this by the number of texts. */
    strength: v.pipe(v.number(), v.gtValue(0)),
    steps: v.pipe(whole, v.minValue(1)),
    /** [D] factors after which all features vary alike. */
    scale: v.pipe(v.array(v.number()), v.nonEmpty()),
  }),
  /** A reward that sees the model's states, and one that sees the length alone. */
  smollm2: figures,
  length: figures,
});

/** The part of `media/studies/reward.json` that a page repeats or shows; its README says how it was measured. */
export type RewardStudy = v.InferOutput<typeof study>;

/** @throws EngineError `internal`, which names the place that is not as it must be. */
export const parseRewardStudy = (json: unknown): RewardStudy =>
  validate(study, json, shipped('The study of rewards'));
