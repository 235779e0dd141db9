/** The checks of requests before a model runs. */

import * as v from 'valibot';
import type { AnalyzeRequest } from '../../common/protocol/engine/analyze';
import type { GenerateRequest } from '../../common/protocol/engine/generate';
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

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkGenerate(
  request: GenerateRequest,
  { name, family, vocabSize }: Pick<Manifest, 'name' | 'family' | 'vocabSize'>,
): void {
  checkArguments(generate, request);
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
export function checkAnalyze(request: AnalyzeRequest): void {
  checkArguments(v.object({ top, messages, masked: optional(v.array(count(0, 2 ** 20))) }), request);
}

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkScore(request: ScoreRequest): void {
  checkArguments(v.object({ top }), request);
}

/** @throws EngineError `input-invalid`, which names what is out of range. */
export function checkPredict(request: PredictRequest, { vocabSize }: Manifest): void {
  const id = count(0, vocabSize - 1);
  checkArguments(v.object({ top, trackedToken: optional(id), appended: optional(v.array(id)) }), request);
}
