/** Teacher forcing: a translator is made to write a given target. */

import type { AttentionOverride } from '../../common/protocol/engine/analyze';
import type { Attention, HiddenStates, Rows, Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { translatorDecoder, translatorEncoder } from '../onnx/graphs';
import { logSoftmax, rankOf, topTokens, type RankedToken } from '../../common/math/logits';
import { type Output, stackAttention, stackRows, stackStates } from '../onnx/tensors';
import type { TranslatorGraphs } from './translatorGraphs';

/** What to return of a run over a target, and what to change in it. */
export interface TeacherForcingOptions {
  readonly attention: boolean;
  readonly hiddenStates: boolean;
  /** Number of candidates of each step to keep. */
  readonly top: number;
  /** Whether to return all logits; false by default. */
  readonly logits?: boolean | undefined;
  /** Tensors inside a layer to fetch as well. */
  readonly inside?: readonly string[] | undefined;
  /** A row of cross-attention [S] set by hand, and the step it is for. */
  readonly attentionOverride?: {
    readonly position: number;
    readonly weights: Float32Array<ArrayBuffer>;
  };
}

/** What a decoder does while it writes a given target. `T` is the length of the target. */
export interface TeacherForcingResult {
  /** In nats, one for each token of the target. */
  readonly logProbabilities: readonly number[];
  /** 1 is the most probable token. */
  readonly ranks: readonly number[];
  readonly candidates: readonly (readonly RankedToken[])[];
  /** [T] of [V]; empty unless requested. */
  readonly logits: readonly Float32Array[];
  readonly attentions: readonly Attention[];
  /** What each run gave by these names. */
  readonly insideParts: (name: string) => readonly Output[];
  readonly states: {
    readonly hiddenStates?: HiddenStates | undefined;
    readonly cellStates?: HiddenStates | undefined;
    readonly targetHiddenStates?: HiddenStates | undefined;
    readonly targetCellStates?: HiddenStates | undefined;
    readonly firstHiddenStates?: HiddenStates | undefined;
    readonly firstCellStates?: HiddenStates | undefined;
    readonly attentionScores?: Rows | undefined;
    readonly contexts?: Rows | undefined;
  };
  readonly runMs: number;
}

/**
 * Makes a translator write a given target ("teacher forcing"), and returns what happens inside.
 *
 * Attention and states of a translation come from here, also those of one that was searched for: to keep them for every
 * hypothesis of a beam would copy far more at each step than one more run over the best costs.
 *
 * @param source [S], the end with it. @param target [T] @param begin what the decoder reads first.
 * @throws EngineError `model-invalid` for logits that are no numbers, and those of `Session.run`.
 */
export async function forceTarget(
  graphs: TranslatorGraphs,
  source: readonly number[],
  target: readonly number[],
  begin: number,
  options: TeacherForcingOptions,
  signal?: AbortSignal,
): Promise<TeacherForcingResult> {
  const { attention, hiddenStates, top, attentionOverride, inside: insides = [] } = options;
  const encoded = await graphs.encode(
    source,
    { attentions: attention, hiddenStates, insides },
    signal,
  );
  const fetched = [...requestedOutputs(attention, hiddenStates), ...insides];
  const outputs = new Map<string, Output[]>(fetched.map(name => [name, []]));
  const logProbabilities: number[] = [];
  const ranks: number[] = [];
  const candidates: RankedToken[][] = [];
  const logits: Float32Array[] = [];
  let { state, runMs } = encoded;
  for (const [index, token] of target.entries()) {
    const row = attentionOverride?.position === index ? attentionOverride.weights : undefined;
    const step = await graphs.step([target[index - 1] ?? begin], state, fetched, signal, row);
    const distribution = logSoftmax(step.logits.values);
    logProbabilities.push(distribution[token] ?? -Infinity);
    ranks.push(rankOf(distribution, token));
    if (options.logits) {
      logits.push(step.logits.values);
    }
    if (top > 0) {
      candidates.push(topTokens(distribution, top));
    }
    for (const [name, parts] of outputs) {
      const output = step.outputs.get(name);
      if (output) {
        parts.push(output);
      }
    }
    state = step.state;
    runMs += step.runMs;
  }
  const partsOf = (name: string) => outputs.get(name) ?? [];
  return {
    logProbabilities,
    ranks,
    candidates,
    logits,
    attentions: attention ? attentionsOf(encoded.outputs, partsOf) : [],
    insideParts: name => {
      const ofEncoder = encoded.outputs.get(name);
      return ofEncoder ? [ofEncoder] : partsOf(name);
    },
    states: hiddenStates ? statesOf(encoded.outputs, partsOf) : {},
    runMs,
  };
}

type PartsOf = (output: string) => readonly Output[];

function requestedOutputs(attention: boolean, hiddenStates: boolean): readonly string[] {
  const { outputs } = translatorDecoder;
  return [
    ...(attention ? [outputs.decoderAttentions, outputs.crossAttentions] : []),
    ...(hiddenStates
      ? [
          outputs.hiddenStates,
          outputs.presentHidden,
          outputs.presentCell,
          outputs.attentionScores,
          outputs.context,
        ]
      : []),
  ];
}

function attentionsOf(encoder: ReadonlyMap<string, Output>, partsOf: PartsOf): Attention[] {
  const { outputs } = translatorDecoder;
  const ofEncoder = encoder.get(translatorEncoder.outputs.attentions);
  return [
    stackAttention('encoder', ofEncoder ? [ofEncoder] : []),
    stackAttention('decoder', partsOf(outputs.decoderAttentions)),
    stackAttention('cross', partsOf(outputs.crossAttentions)),
  ].filter(attention => attention !== undefined);
}

function statesOf(
  encoder: ReadonlyMap<string, Output>,
  partsOf: PartsOf,
): TeacherForcingResult['states'] {
  const { outputs } = translatorDecoder;
  const ofSource = (name: string, layerAxis: 0 | 1 = 0) => {
    const output = encoder.get(name);
    return output && stackStates(output.dims[layerAxis] ?? 0, [output]);
  };
  const ofTarget = (name: string, layerAxis: 0 | 1) => {
    const parts = partsOf(name);
    return stackStates(parts[0]?.dims[layerAxis] ?? 0, parts);
  };
  return {
    hiddenStates: ofSource(translatorEncoder.outputs.hiddenStates),
    cellStates: ofSource(translatorEncoder.outputs.cellStates),
    targetHiddenStates: ofTarget(outputs.hiddenStates, 0) ?? ofTarget(outputs.presentHidden, 1),
    targetCellStates: ofTarget(outputs.presentCell, 1),
    firstHiddenStates: ofSource(translatorEncoder.outputs.pastHidden, 1),
    firstCellStates: ofSource(translatorEncoder.outputs.pastCell, 1),
    attentionScores: stackRows(partsOf(outputs.attentionScores)),
    contexts: stackRows(partsOf(outputs.context)),
  };
}

/**
 * Checks a row of attention that was set by hand against this source and this target.
 *
 * @throws EngineError `input-invalid` for a row that is no attention, or that has no step.
 */
export function checkAttentionOverride(
  override: AttentionOverride,
  source: readonly Token[],
  target: readonly Token[],
): TeacherForcingOptions['attentionOverride'] {
  const weights = Float32Array.from(override.weights);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!target[override.position]) {
    throw refused(
      `There is no step ${override.position}: the translation has ${target.length} tokens`,
    );
  }
  if (weights.length !== source.length) {
    throw refused(`There are ${weights.length} weights for ${source.length} tokens of the text`);
  }
  if (weights.some(weight => !(weight >= 0)) || Math.abs(sum - 1) > 1e-3) {
    throw refused('Weights of attention must be at least 0 and have the sum 1');
  }
  return { position: override.position, weights };
}

const refused = (what: string) => new EngineError('input-invalid', `${what}.`);
