/** The evaluation results in the `quality.json` of a model folder. */

import * as v from 'valibot';

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
