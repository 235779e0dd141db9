/** The state of "Which word each word looked at", and the tensors of one of its steps. */
import type { Analysis, AttentionOverride } from '../../../../src/common/protocol/engine/analyze';
import { matrixView, type MatrixView } from '../../../matrix/matrixView';
import { readableUnits, type Unit } from '../../../matrix/units';
import { mixOf } from '../../../insideHead/attentionHead';
import type { RunningState } from '../../part/livePart';

export interface AlignedRun {
  readonly text: string;
  readonly analysis: Analysis;
  readonly view: MatrixView;
  /** The row that was set by hand. */
  readonly given: AttentionOverride | undefined;
  /** The translation without that row. */
  readonly own: string;
}

export interface AlignmentState extends RunningState {
  readonly run: AlignedRun | undefined;
  /** The step that the user looks at. */
  readonly row: number;
  /** The source token under the pointer; undefined: the one with the most weight. */
  readonly key: number | undefined;
}

export function viewOf(analysis: Analysis, text: string): MatrixView {
  const cross = analysis.attentions.find(({ kind }) => kind === 'cross');
  const keys = readableUnits(analysis.source, text, 'source');
  const queries = readableUnits(analysis.target, analysis.targetText ?? '', 'target');
  const weights = cross?.weights ?? new Float32Array(keys.length * queries.length);
  const axes = { queries, keys, looksBack: false };
  return matrixView(weights, [queries.length, keys.length], axes, false);
}

/** The cell of the matrix that the words and the values are about. */
export interface AlignmentCell {
  readonly query: Unit;
  readonly key: Unit;
  readonly keyIndex: number;
  readonly weight: number;
  /** All weights of the step. */
  readonly weights: readonly number[];
  readonly score: number | undefined;
}

export function cellOf({ run, row, key: chosen }: AlignmentState): AlignmentCell | undefined {
  const query = run?.view.queries[row];
  if (!run || !query) {
    return undefined;
  }
  const { keys } = run.view;
  const weights = Array.from(run.view.weights.slice(row * keys.length, (row + 1) * keys.length));
  const keyIndex = chosen ?? weights.indexOf(Math.max(...weights));
  const key = keys[keyIndex];
  const score = scoresOf(run.analysis, row)?.[keyIndex];
  return key && { query, key, keyIndex, weight: weights[keyIndex] ?? 0, weights, score };
}

function rowAt(rows: Analysis['contexts'], row: number): Float32Array<ArrayBuffer> | undefined {
  const columns = rows?.shape[1] ?? 0;
  return rows?.values.slice(row * columns, (row + 1) * columns);
}

/** The scores of a step, one for each source token. */
export const scoresOf = ({ attentionScores }: Analysis, row: number) => rowAt(attentionScores, row);

/** The context that a step read. */
export const contextOf = ({ contexts }: Analysis, row: number) => rowAt(contexts, row);

/** States of the encoder's last layer, and the context that a step made of them. */
export interface Averaged {
  /** [S, size] */
  readonly states: Float32Array<ArrayBuffer>;
  /** [size] */
  readonly context: Float32Array<ArrayBuffer>;
  readonly size: number;
}

export function averagedOf(analysis: Analysis, row: number): Averaged | undefined {
  const { hiddenStates } = analysis;
  const context = contextOf(analysis, row);
  if (!hiddenStates || !context) {
    return undefined;
  }
  const [layers, tokens, size] = hiddenStates.shape;
  const states = hiddenStates.values.subarray((layers - 1) * tokens * size);
  return { states, context, size };
}

/** The largest difference between the context and the mean of the states under the weights. */
export function maxDifference(
  { states, context, size }: Averaged,
  weights: readonly number[],
): number {
  const mix = mixOf(states, size, weights);
  return context.reduce((max, value, index) => Math.max(max, Math.abs(value - mix[index]!)), 0);
}
