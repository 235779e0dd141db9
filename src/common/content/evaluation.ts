/** What was measured before: the `quality.json` of a model folder, and the study of rewards in `media/studies/`. */
import * as v from 'valibot';
import { validate } from '../validate';
import { shipped } from './lesson';

const score = {
  items: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** 0 to 100. @see Papineni et al. 2002, as computed by sacreBLEU */
  bleu: v.number(),
  /** 0 to 100. @see Popović 2015 */
  chrf: v.number(),
};

const bucket = v.object({
  /** Source words, first and last. */
  words: v.strictTuple([v.number(), v.number()]),
  ...score,
});

const decoding = v.object({
  /** Sentences as they were found. Long ones are rare, so every model is weak there. */
  natural: v.array(bucket),
  /** Everyday sentences joined to longer texts: length alone is what differs. */
  joined: v.array(bucket),
  /** Long texts translated whole, and their sentences one by one. */
  wholeOrParts: v.object({
    words: v.strictTuple([v.number(), v.number()]),
    whole: v.object(score),
    parts: v.object(score),
  }),
});

const quality = v.object({ greedy: decoding, beam5: decoding });

/** The part of a translator's `quality.json` that is shown: measured with the shipped files on held-out text. */
export type TranslationEvaluation = v.InferOutput<typeof quality>;

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const accuracy = v.object({
  /** Mean over the seeds. */
  accuracy: share,
  /** Standard deviation over the seeds; null where there is one. */
  deviation: v.nullable(v.number()),
  seeds: v.pipe(v.array(share), v.nonEmpty()),
});

const labelStudy = v.object({
  accuracyByLabels: v.array(
    v.object({
      labels: v.pipe(v.number(), v.integer(), v.minValue(1)),
      pretrained: v.exactOptional(accuracy),
      scratch: v.exactOptional(accuracy),
    }),
  ),
});

/**
 * A classifier's `quality.json`, as `training/ulmfit/study.py` writes it: its accuracy on held-out texts by the number of
 * labels it was trained with, pretrained and from random parameters.
 */
export type LabelStudy = v.InferOutput<typeof labelStudy>['accuracyByLabels'];

/** @returns undefined for a file without these results. */
export function parseLabelStudy(json: unknown): LabelStudy | undefined {
  const result = v.safeParse(labelStudy, json);
  return result.success ? result.output.accuracyByLabels : undefined;
}

/** @returns undefined for a file without these results. */
export function parseTranslationEvaluation(json: unknown): TranslationEvaluation | undefined {
  const result = v.safeParse(quality, json);
  return result.success ? result.output : undefined;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

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
