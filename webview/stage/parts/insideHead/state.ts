/** The state of "Inside one head": a run of the Transformer, and the query and key that the user looks at. */
import * as v from 'valibot';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Attention } from '../../../../src/common/protocol/engine/types';
import type { HeadRun } from '../../../insideHead/headRun';
import { readableUnits, readUnits } from '../../../matrix/units';
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
export interface TranslatorRun extends HeadRun {
  readonly text: string;
  readonly analysis: Analysis;
}

export interface InsideHeadState extends RunningState {
  readonly settings: Settings;
  readonly run: TranslatorRun | undefined;
  readonly query: number;
  /** Undefined: the key with the most weight. */
  readonly key: number | undefined;
}

export function runOf(analysis: Analysis, text: string): TranslatorRun | undefined {
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
