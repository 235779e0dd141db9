/** Measures what ablations change in a prediction, whatever the family of the model. */

import { headsOf } from '../../common/attention/modelParts';
import { klDivergence, logOdds } from '../../common/math/divergence';
import { logSumOf, rankOf } from '../../common/math/logits';
import type {
  AblateRequest,
  AblationEffect,
  AblationReport,
  OnEffect,
  PlacePrediction,
} from '../../common/protocol/engine/ablate';
import type { Ablation } from '../../common/protocol/engine/ablation';
import { topCandidates } from '../decoding/candidates';
import { firstLayerOf, isWhole, nothingAblated } from '../onnx/gates';
import type { OpenModel } from './model';

/** Logits [V] in each place. */
type Logits = readonly Float32Array[];

/** A prediction that can be made with parts of the model switched off. */
export interface AblatablePrediction extends Pick<
  AblationReport,
  'source' | 'target' | 'targetText' | 'places' | 'window' | 'dropped'
> {
  /** Ids of the tokens that stand in the places; undefined where none does that could be watched. */
  readonly tokens: readonly (number | undefined)[];
  /** Number of ablations of heads alone that `run` takes at once. */
  readonly maxVariants: number;
  /** Duration of what was run to know the places. */
  readonly runMs: number;
  /** @returns logits in each place, for each ablation. */
  run(
    ablations: readonly Ablation[],
    signal: AbortSignal | undefined,
  ): Promise<{ readonly logits: readonly Logits[]; readonly runMs: number }>;
}

/**
 * Runs the whole model once, and then with each ablation.
 *
 * @throws EngineError `model-invalid` for logits that are no numbers, `cancelled` between runs, and those of
 *   `Session.run`.
 */
export async function measureAblations(
  { manifest, tokenizer, device }: OpenModel,
  request: AblateRequest,
  prediction: AblatablePrediction,
  onEffect: OnEffect | undefined,
  signal: AbortSignal | undefined,
): Promise<AblationReport> {
  const { top = 0, contrast } = request;
  const whole = await prediction.run([nothingAblated], signal);
  const before = whole.logits[0] ?? [];
  const logSums = before.map(logSumOf);
  const watched = before.map(
    (logits, place) => request.watched ?? prediction.tokens[place] ?? mostProbable(logits),
  );
  const predictionAt = (logits: Float32Array, place: number, logSum: number): PlacePrediction => {
    const id = watched[place] ?? 0;
    const logProbability = (logits[id] ?? 0) - logSum;
    return {
      watched: {
        id,
        rank: rankOf(logits, id),
        probability: Math.exp(logProbability),
        logProbability,
      },
      ...(contrast && { contrast: logOdds(logits, contrast) }),
      candidates: top > 0 ? topCandidates(tokenizer, logits, top, logSum) : [],
    };
  };
  const predicted = before.map((logits, place) => predictionAt(logits, place, logSums[place] ?? 0));
  const effectOf = (ablation: Ablation, logits: Logits): AblationEffect => {
    const sums = logits.map(logSumOf);
    const after = logits.map((row, place) => predictionAt(row, place, sums[place] ?? 0));
    const change = (of: (one: PlacePrediction) => number) =>
      sum(after.map((one, place) => of(one) - of(predicted[place] ?? one)));
    return {
      ablation,
      klDivergence: sum(
        before.map((row, place) =>
          klDivergence(row, logits[place] ?? row, [logSums[place] ?? 0, sums[place] ?? 0]),
        ),
      ),
      logProbabilityChange: change(one => one.watched.logProbability),
      ...(contrast && { contrastChange: change(one => one.contrast ?? 0) }),
      after,
    };
  };

  const ablations =
    request.ablations === 'each-head'
      ? headsOf(manifest).map(head => ({ heads: [head] }))
      : request.ablations;
  const effects: AblationEffect[] = [];
  let runMs = prediction.runMs + whole.runMs;
  for (const group of groupsOf(ablations, prediction.maxVariants)) {
    // What changes nothing is not run, so that not even a rounding tells it from the whole model.
    const changesNothing = group.every(isWhole);
    const run = changesNothing
      ? { logits: [before], runMs: 0 }
      : await prediction.run(group, signal);
    runMs += run.runMs;
    for (const [index, ablation] of group.entries()) {
      const effect = effectOf(ablation, run.logits[index] ?? []);
      onEffect?.({ index: effects.length, total: ablations.length, effect });
      effects.push(effect);
    }
  }
  const { source, target, targetText, places, window, dropped } = prediction;
  return {
    modelId: manifest.id,
    source,
    target,
    ...(targetText !== undefined && { targetText }),
    places,
    before: predicted,
    effects,
    window,
    dropped,
    device,
    runMs,
  };
}

/**
 * Puts neighbours together that a run takes at once: of heads alone, with the same first layer, so that what is below it
 * is computed once for all.
 */
function groupsOf(
  ablations: readonly Ablation[],
  maxSize: number,
): readonly (readonly Ablation[])[] {
  const groups: Ablation[][] = [];
  for (const ablation of ablations) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    const fits =
      last !== undefined &&
      first !== undefined &&
      last.length < maxSize &&
      [first, ablation].every(each => !isWhole(each) && !each.feedForwards?.length) &&
      firstLayerOf(first) === firstLayerOf(ablation);
    if (fits) {
      last.push(ablation);
    } else {
      groups.push([ablation]);
    }
  }
  return groups;
}

const mostProbable = (logits: Float32Array): number =>
  logits.reduce((best, logit, id) => (logit > (logits[best] ?? -Infinity) ? id : best), 0);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
