/** A run with the tensors of one layer, and the query and the key of one of its heads that a user looks at. */
import type { Attention, InsideAttention } from '../../src/common/protocol/engine/types';
import { memo } from '../common/store';
import type { Unit } from '../matrix/units';
import { type Head, headOf, type QuerySteps, stepsOf, vectorAt, vectorsOf } from './attentionHead';

/** The tensors of one layer, the graph's own weights, and the tokens at their rows and columns. */
export interface HeadRun {
  readonly inside: InsideAttention;
  /** Of the same kind and text. */
  readonly attention: Attention;
  /** One for each row. */
  readonly queries: readonly Unit[];
  /** One for each column. */
  readonly keys: readonly Unit[];
}

/** A cell of a head, and how its weight is made. */
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

/** What a user chooses of a run, counted from 0. */
export interface Choice {
  readonly head: number;
  readonly query: number;
  /** Undefined: the key with the most weight. */
  readonly key: number | undefined;
}

/** Makes selections; the head and its steps are worked out once. */
export function createSelector(): (run: HeadRun, choice: Choice) => Selection | undefined {
  const headFrom = memo(headOf);
  const stepsFrom = memo(stepsOf);
  const select = memo(
    (run: HeadRun, wanted: number, queryIndex: number, chosen: number | undefined) => {
      const query = run.queries[queryIndex];
      if (!query) {
        return undefined;
      }
      const headIndex = Math.min(wanted, run.attention.shape[1] - 1);
      const head = headFrom(run.inside, headIndex);
      const steps = stepsFrom(head, queryIndex);
      const keyIndex = chosen ?? steps.weights.indexOf(Math.max(...steps.weights));
      const key = run.keys[keyIndex];
      return key && { run, head, headIndex, steps, query, queryIndex, key, keyIndex };
    },
  );
  return (run, { head, query, key }) => select(run, head, query, key);
}

/** The graph's own weights of a row of a head. */
function ownWeights(
  { inside: { layer }, attention: { shape, weights } }: HeadRun,
  head: number,
  query: number,
): Float32Array<ArrayBuffer> {
  const [, heads, rows, columns] = shape;
  const start = ((layer * heads + head) * rows + query) * columns;
  return weights.subarray(start, start + columns);
}

/** The largest difference between what is worked out here of a row, weights and output, and what the graph gave. */
export function maxDifference({ run, headIndex, queryIndex, steps, head }: Selection): number {
  const { inside } = run;
  const own = ownWeights(run, headIndex, queryIndex);
  const outputs = vectorsOf(inside.outputs, inside.queries.shape[0], headIndex);
  const output = vectorAt(outputs, head.valueSize, queryIndex);
  const differences = [
    ...steps.weights.map((weight, key) => Math.abs(weight - (own[key] ?? 0))),
    ...Array.from(steps.output, (value, index) => Math.abs(value - (output[index] ?? 0))),
  ];
  return Math.max(0, ...differences);
}

/** Whether a query may not look at a key, for it comes later. */
export const isMaskedAt = ({ steps }: Selection, key: number): boolean =>
  steps.masked[key] === -Infinity;
