/** The shown weights and tokens as JSON. */
import { keysSeen, type MatrixView } from '../../matrix/matrixView';
import type { Unit } from '../../matrix/units';
import type { Figure } from './figure';
import { weightDescriptions } from '../weights/weightKinds';
import { shortest } from '../../common/numbers';

/** For whoever reads the file without this code. */
const about =
  'Layers and heads are counted from 1, as on the screen; tokens from 0. start and end are UTF-16 offsets into the text of the segment, of a target token into target. weights are [query][key]; null where a token may not look ahead.';

/** The numbers of the picture with everything needed to make them again, and nothing of where its text is kept. */
export function jsonOf(figure: Figure): string {
  const { view, subject, device } = figure;
  const content = {
    about,
    countedFrom: 1,
    model: { id: figure.modelId, name: figure.modelName },
    label: subject.label,
    segments: subject.segments.map(({ text }) => ({ text })),
    ...(figure.targetText !== undefined && { target: figure.targetText }),
    window: figure.window,
    dropped: figure.dropped,
    device,
    attention: figure.kind,
    /** Averaged. */
    heads: figure.heads.map(({ layer, head }) => ({ layer: layer + 1, head: head + 1 })),
    weightsShown: weightDescriptions[figure.weightKind ?? 'raw'].formula,
    mergedToWords: figure.words,
    rescaled: figure.rescaled,
    hiddenShare: view.hiddenShare,
    queries: view.queries.map(unitOf),
    keys: view.keys.map(unitOf),
    weights: rowsOf(view).map((row, query) => {
      const seen = keysSeen(view, query);
      return row.map((weight, key) => (key < seen ? weight : null));
    }),
  };
  return `${JSON.stringify(content)}\n`;
}

const unitOf = ({ side, label, tokens, isSpecial, isUnknown, range }: Unit) => ({
  side,
  text: label,
  tokens,
  isSpecial,
  isUnknown,
  ...range,
});

/** [queries, keys] as plain arrays. */
export const rowsOf = ({ queries, keys, weights }: MatrixView): number[][] =>
  queries.map((_, row) =>
    Array.from(weights.subarray(row * keys.length, (row + 1) * keys.length), shortest),
  );
