/** Compares what a model predicts with and without some of its parts. */

import { attentionLayersOf, wholeLayer } from '../common/attention/modelParts';
import { rankEffects } from '../common/attention/ablationRanking';
import type { EngineClient } from '../common/engineClient/engineClient';
import { EngineError } from '../common/errors';
import type {
  AblationEffect,
  AblationReport,
  PlacePrediction,
} from '../common/protocol/engine/ablate';
import type { Ablation, AttentionHead, FeedForward } from '../common/protocol/engine/ablation';
import type { Manifest } from '../common/protocol/manifest';
import type { PartName } from './values';
import type { AblateOptions } from './verbs';

/** @throws EngineError `input-invalid` for parts that the model lacks, and as `EngineClient.ablate`. */
export async function ablate(
  client: EngineClient,
  manifest: Manifest,
  options: AblateOptions & { readonly text: string },
): Promise<object> {
  const { text, pair: textPair, masked, target: targetText, watched, top, eachHead } = options;
  const { id: modelId } = manifest;
  const [a, b] = options.contrast;
  const request = {
    ...{ modelId, text, textPair, masked, targetText, watched, top },
    ...(a !== undefined && b !== undefined && { contrast: [a, b] as const }),
  };
  if (eachHead) {
    const report = await client.ablate({ ...request, ablations: 'each-head' });
    const by = request.contrast ? 'contrastChange' : 'klDivergence';
    return {
      modelId,
      before: predictionOf(report, report.before),
      effects: rankEffects(report.effects, by).map(effect => ({
        heads: (effect.ablation.heads ?? []).map(fromOne),
        ...changesOf(effect),
      })),
    };
  }
  const ablation = ablationOf(manifest, options);
  const report = await client.ablate({ ...request, ablations: [ablation] });
  const [effect] = report.effects;
  if (!effect) {
    throw new EngineError('internal', 'An ablation was not measured.');
  }
  return {
    modelId,
    heads: (ablation.heads ?? []).map(fromOne),
    feedForwards: (ablation.feedForwards ?? []).map(fromOne),
    gate: options.gate,
    before: predictionOf(report, report.before),
    after:
      manifest.family === 'encoder-decoder' && targetText === undefined
        ? {
            // Its own translation, and what it gives the one before.
            text: (await client.generate({ modelId, text, strategy, ablation })).text,
            ...predictionOf(report, effect.after),
          }
        : predictionOf(report, effect.after),
    ...changesOf(effect),
  };
}

/** As the engine translates what is not given. */
const strategy = { kind: 'beam', beams: 5 } as const;

/** The parts that were named, with the kinds that the model has. */
function ablationOf(manifest: Manifest, options: AblateOptions): Ablation {
  const isTranslator = manifest.family === 'encoder-decoder';
  const [own] = attentionLayersOf(manifest);
  const side = isTranslator ? 'decoder' : (own?.kind ?? 'decoder');
  const headOf = ({ kind, layer, head }: PartName): AttentionHead => ({
    kind: kind ?? (isTranslator ? 'cross' : side),
    layer: layer - 1,
    head: head - 1,
  });
  const layerOf = ({ kind, layer }: PartName): FeedForward => ({
    kind: (kind ?? side) === 'encoder' ? 'encoder' : 'decoder',
    layer: layer - 1,
  });
  const whole = options.layers.map(name => ({ name, ...wholeLayer(manifest, layerOf(name)) }));
  return {
    heads: [
      ...options.heads.map(headOf),
      // Of a layer that there is not the first head, which the engine refuses.
      ...whole.flatMap(({ name, heads = [] }) =>
        heads.length > 0 ? heads : [headOf({ ...name, head: 1 })],
      ),
    ],
    feedForwards: [
      ...options.feedForwards.map(layerOf),
      ...whole.flatMap(({ feedForwards = [] }) => feedForwards),
    ],
    gate: options.gate,
  };
}

function predictionOf(report: AblationReport, predictions: readonly PlacePrediction[]): object {
  const { places, source, target, targetText } = report;
  if (targetText !== undefined) {
    const logProbability = predictions.reduce(
      (sum, { watched }) => sum + watched.logProbability,
      0,
    );
    const isBefore = predictions === report.before;
    return { ...(isBefore && { text: targetText }), logProbability, tokens: tokensOf(target) };
  }
  const [only] = predictions;
  return predictions.length === 1 && only ? only : { tokens: tokensOf(source) };

  function tokensOf(tokens: readonly { readonly text: string }[]): readonly object[] {
    return predictions.map((prediction, index) => {
      const place = places[index] ?? 0;
      return { place, text: tokens[place]?.text, ...prediction };
    });
  }
}

const changesOf = ({ klDivergence, logProbabilityChange, contrastChange }: AblationEffect) => ({
  kl: klDivergence,
  logProbabilityChange,
  contrastChange,
});

const fromOne = <T extends { readonly layer: number; readonly head?: number }>(part: T): T => ({
  ...part,
  layer: part.layer + 1,
  ...(part.head !== undefined && { head: part.head + 1 }),
});
