/** The checks of requests before a model runs. */

import * as v from 'valibot';
import { attentionLayersOf, feedForwardsOf } from '../../common/attention/modelParts';
import type { AblateRequest } from '../../common/protocol/engine/ablate';
import type { Ablation } from '../../common/protocol/engine/ablation';
import type { AnalyzeRequest } from '../../common/protocol/engine/analyze';
import type { GenerateRequest } from '../../common/protocol/engine/generate';
import type { LensRequest } from '../../common/protocol/engine/lens';
import type { PredictRequest } from '../../common/protocol/engine/predict';
import type { ScoreRequest } from '../../common/protocol/engine/score';
import { EngineError } from '../../common/errors';
import type { Manifest } from '../../common/protocol/manifest';
import { checkArguments } from '../../common/validate';
import { samplingLimits } from '../../common/math/sampling';

const count = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
const optional = <S extends v.GenericSchema>(schema: S) => v.optional(schema);
/** More candidates are of no use to a reader, and could fill the memory. */
const top = optional(count(0, 1000));

const beams = optional(count(1, 16));

const strategy = v.variant('kind', [
  v.object({ kind: v.literal('greedy') }),
  v.object({
    kind: v.literal('beam'),
    beams: count(1, 16),
    lengthPenalty: optional(
      v.pipe(v.number(), v.finite('must be a number'), v.minValue(0, 'must be at least 0')),
    ),
  }),
  v.object({
    kind: v.literal('sample'),
    ...samplingLimits,
    seed: v.pipe(v.number(), v.safeInteger('must be a whole number')),
  }),
]);
const message = v.object({
  role: v.picklist(['system', 'user', 'assistant'], 'must be system, user or assistant'),
  content: v.string('must be a text'),
});
const messages = optional(v.pipe(v.array(message), v.nonEmpty('must not be empty')));
const generate = v.object({
  text: optional(v.string('must be a text')),
  messages,
  strategy,
  maxNewTokens: optional(count(1, 2 ** 20)),
  stop: optional(v.array(v.pipe(v.string(), v.nonEmpty('must not be empty')))),
  loopGuard: optional(v.boolean('must be true or false')),
  heal: optional(v.boolean('must be true or false')),
  tree: optional(v.boolean('must be true or false')),
  top,
});

const layer = count(0, 2 ** 10);
const gates = {
  heads: optional(
    v.array(
      v.object({
        kind: v.picklist(['encoder', 'decoder', 'cross'], 'must be encoder, decoder or cross'),
        layer,
        head: layer,
      }),
    ),
  ),
  feedForwards: optional(
    v.array(
      v.object({ kind: v.picklist(['encoder', 'decoder'], 'must be encoder or decoder'), layer }),
    ),
  ),
  gate: optional(
    v.pipe(v.number(), v.minValue(0, 'must be at least 0'), v.maxValue(1, 'must be at most 1')),
  ),
};

/**
 * Holds an ablation against the parts that a model has.
 *
 * @throws EngineError `input-invalid`, which says how many layers and heads there are.
 */
function checkAblation(ablation: Ablation | undefined, manifest: Manifest): void {
  if (!ablation) {
    return;
  }
  checkArguments(v.object(gates), ablation);
  const kinds = attentionLayersOf(manifest);
  const { name } = manifest;
  if (kinds.length === 0) {
    throw new EngineError(
      'input-invalid',
      `${name} has no attention, and so no heads to switch off.`,
    );
  }
  for (const part of ablation.heads ?? []) {
    const own = kinds.find(({ kind }) => kind === part.kind);
    if (!own || part.layer >= own.layers || part.head >= own.heads) {
      const place = `${part.kind} layer ${part.layer + 1}, head ${part.head + 1}`;
      throw new EngineError('input-invalid', `${name} has no ${place}: it has ${listed(kinds)}.`);
    }
  }
  const networks = feedForwardsOf(manifest);
  for (const part of ablation.feedForwards ?? []) {
    if (!networks.some(({ kind, layer: index }) => kind === part.kind && index === part.layer)) {
      const place = `feed-forward network in ${part.kind} layer ${part.layer + 1}`;
      throw new EngineError('input-invalid', `${name} has no ${place}: it has ${listed(kinds)}.`);
    }
  }
}

/** In words, counted from 1: "6 encoder layers with 12 heads each". */
const listed = (kinds: ReturnType<typeof attentionLayersOf>): string =>
  kinds
    .map(
      ({ kind, layers, heads }) => `${plural(layers, `${kind} layer`)} of ${plural(heads, 'head')}`,
    )
    .join(', ');

const plural = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkAblate(request: AblateRequest, manifest: Manifest): void {
  const id = count(0, manifest.vocabSize - 1);
  const contrast = optional(v.tuple([id, id], 'must be the ids of two tokens'));
  const index = optional(count(0, 2 ** 20));
  checkArguments(
    v.object({
      top,
      contrast,
      masked: index,
      position: index,
      watched: optional(id),
      appended: optional(v.array(id)),
    }),
    request,
  );
  // Says so for a model without attention too.
  checkAblation({}, manifest);
  for (const ablation of request.ablations === 'each-head' ? [] : request.ablations) {
    checkAblation(ablation, manifest);
  }
}

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkGenerate(request: GenerateRequest, manifest: Manifest): void {
  const { name, family, vocabSize } = manifest;
  checkArguments(generate, request);
  checkAblation(request.ablation, manifest);
  checkArguments(v.object({ appended: optional(v.array(count(0, vocabSize - 1))) }), request);
  if (request.appended && family !== 'decoder-only') {
    throw new EngineError(
      'input-invalid',
      `${name} does not go on with a text: give it one alone.`,
    );
  }
  if (
    request.heal &&
    (family !== 'decoder-only' ||
      request.text === undefined ||
      request.appended ||
      request.strategy.kind === 'beam')
  ) {
    throw new EngineError(
      'input-invalid',
      'heal goes on from a text alone, token by token: give no messages, nothing appended and no beams.',
    );
  }
  if (request.appended && request.messages) {
    throw new EngineError('input-invalid', 'appended goes on from a text, not from messages.');
  }
}

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkAnalyze(request: AnalyzeRequest, manifest: Manifest): void {
  checkAblation(request.ablation, manifest);
  checkArguments(
    v.object({ top, messages, beams, masked: optional(v.array(count(0, 2 ** 20))) }),
    request,
  );
}

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkScore(request: ScoreRequest, manifest: Manifest): void {
  checkAblation(request.ablation, manifest);
  checkArguments(v.object({ top }), request);
}

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkPredict(request: PredictRequest, manifest: Manifest): void {
  const id = count(0, manifest.vocabSize - 1);
  checkAblation(request.ablation, manifest);
  checkArguments(
    v.object({ top, trackedToken: optional(id), appended: optional(v.array(id)) }),
    request,
  );
}

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkLens(request: LensRequest, manifest: Manifest): void {
  const id = count(0, manifest.vocabSize - 1);
  checkArguments(
    v.object({
      positions: optional(count(1, 2 ** 12)),
      watched: optional(v.pipe(v.array(id), v.maxLength(16, 'must be at most 16'))),
      appended: optional(v.array(id)),
    }),
    request,
  );
}
