/** The state of "Inside one head": a run of the Transformer, and the query and key that the user looks at. */
import * as v from 'valibot';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Attention, InsideAttention } from '../../../../src/common/protocol/engine/types';
import { memo } from '../../../common/store';
import { readableUnits, readUnits, type Unit } from '../../../matrix/units';
import { type Head, headOf, type QuerySteps, stepsOf, vectorAt } from '../../math/attentionHead';
import type { RunningState } from '../../part/livePart';

export const kinds = [
  ['encoder', 'Encoder'],
  ['decoder', 'Decoder, masked'],
  ['cross', 'Across'],
] as const satisfies readonly (readonly [Attention['kind'], string])[];

const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63));

const settings = v.object({
  kind: v.fallback(v.picklist(kinds.map(([kind]) => kind)), 'encoder'),
  layer: v.fallback(index, 0),
  head: v.fallback(index, 0),
});

export type Settings = v.InferOutput<typeof settings>;

/** @param kept comes from outside. */
export const parseSettings = (kept: unknown): Settings => v.parse(settings, kept ?? {});

/** One run of the Transformer, with the tensors of one layer. */
export interface HeadRun {
  readonly text: string;
  readonly analysis: Analysis;
  readonly inside: InsideAttention;
  readonly attention: Attention;
  readonly queries: readonly Unit[];
  readonly keys: readonly Unit[];
}

export interface InsideHeadState extends RunningState {
  readonly settings: Settings;
  readonly run: HeadRun | undefined;
  readonly query: number;
  /** Undefined: the key with the most weight. */
  readonly key: number | undefined;
}

export function runOf(analysis: Analysis, text: string): HeadRun | undefined {
  const { inside, source, target, targetText = '' } = analysis;
  const attention = analysis.attentions.find(({ kind }) => kind === inside?.kind);
  if (!inside || !attention) {
    return undefined;
  }
  const read = readableUnits(source, text, 'source');
  const written = readableUnits(target, targetText, 'target');
  const [queries, keys] = {
    encoder: [read, read],
    decoder: [written, readUnits(written)],
    cross: [written, read],
  }[inside.kind];
  return { text, analysis, inside, attention, queries: queries ?? [], keys: keys ?? [] };
}

/** The query and the key that the user looks at, in their head. */
export interface Selection {
  readonly run: HeadRun;
  readonly head: Head;
  readonly headIndex: number;
  readonly steps: QuerySteps;
  readonly query: Unit;
  readonly queryIndex: number;
  readonly key: Unit;
  readonly keyIndex: number;
}

/** Finds the selection of a state; the head and its steps are worked out once. */
export function createSelector(): (state: InsideHeadState) => Selection | undefined {
  const headFrom = memo(headOf);
  const stepsFrom = memo(stepsOf);
  return ({ run, query: queryIndex, key: chosen, settings: { head: wanted } }) => {
    const query = run?.queries[queryIndex];
    if (!run || !query) {
      return undefined;
    }
    const headIndex = Math.min(wanted, run.attention.shape[1] - 1);
    const head = headFrom(run.inside, headIndex);
    const steps = stepsFrom(head, queryIndex);
    const keyIndex = chosen ?? steps.weights.indexOf(Math.max(...steps.weights));
    const key = run.keys[keyIndex];
    return key && { run, head, headIndex, steps, query, queryIndex, key, keyIndex };
  };
}

/** The largest difference between what is worked out here and what the graph gave, over all queries of a head. */
export function maxDifference({ inside, attention, queries }: HeadRun, headIndex: number): number {
  const { layer } = inside;
  const [, heads, rows, columns] = attention.shape;
  const head = headOf(inside, headIndex);
  const outputs = headOf({ ...inside, queries: inside.outputs }, headIndex).queries;
  let max = 0;
  queries.forEach((_, query) => {
    const { weights, output } = stepsOf(head, query);
    const start = ((layer * heads + headIndex) * rows + query) * columns;
    weights.forEach((weight, key) => {
      max = Math.max(max, Math.abs(weight - (attention.weights[start + key] ?? 0)));
    });
    const own = vectorAt(outputs, head.size, query);
    output.forEach((value, index) => {
      max = Math.max(max, Math.abs(value - (own[index] ?? 0)));
    });
  });
  return max;
}
