/** What the heads of a model usually do: their scores over a fixed set of sentences, kept with the model. */
import * as v from 'valibot';
import { fileOfModel, parseModelJson } from './manifest';
import { validate } from '../validate';

/** What a head may do, by position or by token; `roleScores` says how much it does. */
export const roles = [
  ...(['previous', 'next', 'same', 'duplicate', 'induction'] as const),
  ...(['start', 'separator', 'entropy', 'distance'] as const),
] as const;
export type Role = (typeof roles)[number];

const name = 'heads.json';

const numbers = v.array(v.pipe(v.number(), v.finite()));

/** By score, a number for each head, layer by layer. */
const scores = v.object({
  telling: numbers,
  // `fromEntries` does not say that every role is among them.
  ...(Object.fromEntries(roles.map(role => [role, numbers])) as Record<Role, typeof numbers>),
});

const usualAttention = v.pipe(
  v.object({
    kind: v.picklist(['encoder', 'decoder', 'cross']),
    layers: v.number(),
    heads: v.number(),
    scores,
  }),
  v.check(
    each => Object.values(each.scores).every(({ length }) => length === each.layers * each.heads),
    'must have a number for each head',
  ),
);

const usualHeads = v.object({
  /** The sentences over which each score is a mean. */
  sentences: v.pipe(v.array(v.string()), v.minLength(1)),
  attentions: v.array(usualAttention),
});

/** Means over a fixed set of sentences. */
export type UsualHeads = v.InferOutput<typeof usualHeads>;
/** Those of one kind of attention. */
export type UsualScores = v.InferOutput<typeof scores>;

/** Reads `heads.json` of a model folder. @throws EngineError `model-invalid`, which names the field. */
export const parseUsualHeads = (bytes: ArrayBuffer): UsualHeads =>
  validate(usualHeads, parseModelJson(bytes, name), fileOfModel(name));

/** What is usual for an attention. @returns undefined where the model has no such scores. */
export const usualScores = (
  usual: UsualHeads | undefined,
  {
    kind,
    shape,
  }: {
    readonly kind: v.InferOutput<typeof usualAttention>['kind'];
    readonly shape: readonly [layers: number, heads: number, ...rest: unknown[]];
  },
): UsualScores | undefined =>
  usual?.attentions.find(
    each => each.kind === kind && each.layers === shape[0] && each.heads === shape[1],
  )?.scores;
