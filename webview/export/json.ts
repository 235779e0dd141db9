import type { MatrixView } from '../attention/matrixView';
import type { Unit } from '../attention/units';
import { shortest } from './csv';
import type { Figure } from './figure';

/** The numbers of the picture with everything needed to make them again. Offsets are UTF-16, into the segment's text. */
export function jsonOf(figure: Figure): string {
  const { view, subject, device } = figure;
  const content = {
    model: { id: figure.modelId, name: figure.modelName },
    label: subject.label,
    segments: subject.segments.map(({ text, origin }) => ({ text, uri: origin?.uri ?? null })),
    ...(figure.targetText !== undefined && { target: figure.targetText }),
    window: figure.window,
    dropped: figure.dropped,
    device,
    attention: figure.kind,
    /** Averaged; layers and heads are counted from 0. */
    heads: figure.heads,
    mergedToWords: figure.words,
    rescaled: figure.rescaled,
    hiddenShare: view.hiddenShare,
    queries: view.queries.map(unitOf),
    keys: view.keys.map(unitOf),
    /** [query, key]. */
    weights: rowsOf(view),
  };
  return `${JSON.stringify(content)}\n`;
}

const unitOf = ({ side, label, tokens, isSpecial, range }: Unit) => ({
  side,
  text: label,
  tokens,
  isSpecial,
  ...range,
});

/** [queries, keys] as plain arrays. */
export const rowsOf = ({ queries, keys, weights }: MatrixView): number[][] =>
  queries.map((_, row) =>
    Array.from(weights.subarray(row * keys.length, (row + 1) * keys.length), shortest),
  );
