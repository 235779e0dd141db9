/** The states of an LSTM translator as one row of steps. */
import type { Analysis } from '../../../src/common/protocol/engine/analyze';
import type { HiddenStates } from '../../../src/common/protocol/engine/types';
import { distance } from './vectors';

/** The two halves of what an LSTM keeps from step to step. */
export type StateKind = 'hidden' | 'cell';

/** An encoder and a decoder as one row of steps, in the order in which they were made. */
export interface Unrolled {
  /** For each step of the encoder, the index in `source` of the token that it read. */
  readonly read: readonly number[];
  /** Whether the source was read from its end. */
  readonly isBackwards: boolean;
  readonly layers: number;
  readonly size: number;
  /** By layer [steps, size]: those of the encoder, then those of the decoder. */
  readonly hidden: readonly Float32Array<ArrayBuffer>[];
  readonly cell: readonly Float32Array<ArrayBuffer>[];
  /** All that crosses from the encoder to the decoder: hidden state and cell of each layer. */
  readonly context: Float32Array<ArrayBuffer>;
}

/**
 * Lays an LSTM's states out by step.
 *
 * @returns undefined where the model is no LSTM, or its states were not asked for.
 */
export function unroll(analysis: Analysis): Unrolled | undefined {
  const { hiddenStates, cellStates, targetHiddenStates, targetCellStates } = analysis;
  const context = contextOf(analysis);
  if (!hiddenStates || !cellStates || !targetHiddenStates || !targetCellStates || !context) {
    return undefined;
  }
  const [layers, tokens, size] = hiddenStates.shape;
  const isBackwards = isReadBackwards(analysis);
  const inOrder = Array.from({ length: tokens }, (_, index) => index);
  const read = isBackwards ? inOrder.reverse() : inOrder;
  const bySteps = (source: HiddenStates, target: HiddenStates) =>
    Array.from({ length: layers }, (_, layer) => {
      const rows = new Float32Array((tokens + target.shape[1]) * size);
      read.forEach((token, step) => rows.set(stateAt(source, layer, token), step * size));
      rows.set(layerOf(target, layer), tokens * size);
      return rows;
    });
  return {
    ...{ read, isBackwards, layers, size, context },
    hidden: bySteps(hiddenStates, targetHiddenStates),
    cell: bySteps(cellStates, targetCellStates),
  };
}

/** Hidden states of all layers, then their cells: what a decoder without attention knows of its source. */
export function contextOf({
  firstHiddenStates,
  firstCellStates,
}: Analysis): Float32Array<ArrayBuffer> | undefined {
  if (!firstHiddenStates || !firstCellStates) {
    return undefined;
  }
  const { length } = firstHiddenStates.values;
  const context = new Float32Array(length + firstCellStates.values.length);
  context.set(firstHiddenStates.values);
  context.set(firstCellStates.values, length);
  return context;
}

/** Whether the state that the decoder begins with is that of the first token, and so the encoder came from the end. */
function isReadBackwards({ hiddenStates, firstHiddenStates }: Analysis): boolean {
  if (!hiddenStates || !firstHiddenStates) {
    return false;
  }
  const last = hiddenStates.shape[0] - 1;
  const handedOn = stateAt(firstHiddenStates, last, 0);
  const [first, end] = [0, hiddenStates.shape[1] - 1].map(token =>
    distance(stateAt(hiddenStates, last, token), handedOn),
  );
  return (first ?? 0) < (end ?? 0);
}

const layerOf = ({ shape: [, tokens, size], values }: HiddenStates, layer: number) =>
  values.subarray(layer * tokens * size, (layer + 1) * tokens * size);

export function stateAt(
  states: HiddenStates,
  layer: number,
  token: number,
): Float32Array<ArrayBuffer> {
  const size = states.shape[2];
  return layerOf(states, layer).subarray(token * size, (token + 1) * size);
}

/** The state of one step; before the first step it is zero. */
export const stateOf = (
  rows: Float32Array<ArrayBuffer>,
  size: number,
  step: number,
): Float32Array<ArrayBuffer> =>
  step < 0 ? new Float32Array(size) : rows.subarray(step * size, (step + 1) * size);
