/** From units to the characters of the document, and back. */
import type { TextRange } from '../../src/common/protocol/pages/subject';
import type { PointedAt } from './attentionState';
import { rowOf } from '../matrix/matrixView';
import type { ViewModel } from './viewModel';
import type { Unit } from '../matrix/units';

type LitRange = TextRange & { readonly strength: number };

/** Weights below this share of the strongest light nothing in the document. */
const minStrength = 0.05;

/**
 * What is lit in the document while a user points: a cell lights its two tokens, a token alone lights
 * itself and what it looks at, a column its token and those that look there.
 */
export function rangesOf(viewModel: ViewModel, pointed: PointedAt | undefined): LitRange[] {
  if (!pointed) {
    return [];
  }
  const { view } = viewModel;
  const { queries, key } = pointed;
  const keyUnit = key === undefined ? undefined : view.keys[key];
  const lookers = queries.flatMap(row => lit(view.queries[row], 1));
  if (queries.length > 0 && keyUnit && key !== undefined) {
    const row = rowOf(view, queries);
    return [...lookers, ...lit(keyUnit, strengthOf(row[key] ?? 0, row))];
  }
  if (queries.length > 0) {
    const row = rowOf(view, queries);
    return [
      ...lookers,
      ...view.keys.flatMap((unit, column) => lit(unit, strengthOf(row[column] ?? 0, row))),
    ];
  }
  if (!keyUnit || key === undefined) {
    return [];
  }
  const column = Float32Array.from(
    view.queries,
    (_, row) => view.weights[row * view.keys.length + key] ?? 0,
  );
  return [
    ...lit(keyUnit, 1),
    ...view.queries.flatMap((unit, row) => lit(unit, strengthOf(column[row] ?? 0, column))),
  ];
}

const strengthOf = (weight: number, among: Float32Array) => {
  const largest = among.reduce((most, other) => Math.max(most, other), 0);
  return largest > 0 ? weight / largest : 0;
};

const lit = (unit: Unit | undefined, strength: number): LitRange[] =>
  unit?.side === 'source' && !unit.isSpecial && strength >= minStrength
    ? [{ ...unit.range, strength }]
    : [];
