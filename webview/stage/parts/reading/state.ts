/** The state of "Word by word into one vector", and what each step of the network read and wrote. */
import * as v from 'valibot';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Candidate } from '../../../../src/common/protocol/engine/types';
import { stateOf, unroll, type Unrolled } from '../../math/unrolledLstm';
import { distance, lengthOf } from '../../math/vectors';
import type { RunningState } from '../../part/livePart';
import { readableUnits } from '../../../matrix/units';

/** The number of other candidates that are named with a written token. */
const maxOthers = 2;

const settings = v.object({
  kind: v.fallback(v.picklist(['hidden', 'cell']), 'hidden'),
  /** More than there are is the upper one. */
  layer: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63)), 63),
  dimension: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4095)), 0),
});

export type Settings = v.InferOutput<typeof settings>;

/** @param kept comes from outside. */
export const parseSettings = (kept: unknown): Settings => v.parse(settings, kept ?? {});

/** A translation with all its states. */
export interface UnrolledRun {
  readonly text: string;
  readonly analysis: Analysis;
  readonly network: Unrolled;
  /** What each step of the encoder read, in the order of the steps, and then what each step of the decoder wrote. */
  readonly labels: readonly string[];
}

export interface ReadingState extends RunningState {
  readonly settings: Settings;
  readonly run: UnrolledRun | undefined;
  /** The step that the user looks at, through encoder and decoder. */
  readonly step: number;
  readonly isPlaying: boolean;
}

export function runOf(analysis: Analysis, text: string): UnrolledRun | undefined {
  const network = unroll(analysis);
  if (!network) {
    return undefined;
  }
  const source = readableUnits(analysis.source, text, 'source');
  const target = readableUnits(analysis.target, analysis.targetText ?? '', 'target');
  const labels = [
    ...network.read.map(token => source[token]?.label ?? ''),
    ...target.map(({ label }) => label),
  ];
  return { text, analysis, network, labels };
}

/** What a step of the decoder read, and what it could have written. */
export function writtenAt({ analysis, network, labels }: UnrolledRun, step: number) {
  const index = step - network.read.length;
  const candidates = analysis.candidates[index] ?? [];
  const isChosen = ({ id }: Candidate) => id === analysis.target[index]?.id;
  return {
    previous: index === 0 ? '<s>' : (labels[step - 1] ?? ''),
    chosen: candidates.find(isChosen),
    others: candidates.filter(one => !isChosen(one)).slice(0, maxOthers),
  };
}

/** How far all layers' hidden states move by a step, as a share of their length after it. */
export function movedBy({ hidden, size }: Unrolled, step: number): number {
  const overLayers = (of: (rows: Float32Array<ArrayBuffer>) => number) =>
    Math.hypot(...hidden.map(of));
  const moved = overLayers(rows =>
    distance(stateOf(rows, size, step), stateOf(rows, size, step - 1)),
  );
  const length = overLayers(rows => lengthOf(stateOf(rows, size, step)));
  return moved / Math.max(1e-9, length);
}
