/** What an export of all heads is made from: every kind of attention of a run, token by token, with nothing merged, hidden or averaged. */
import type { Attention } from '../../../src/common/protocol/engine/types';
import type { Unit } from '../../matrix/units';
import type { Shown } from '../text/shown';
import { allUnits } from '../text/allUnits';
import type { Figure } from './figure';

/** One kind of attention, with the tokens at its rows and columns. */
interface KindOfAttention {
  readonly attention: Attention;
  readonly queries: readonly Unit[];
  readonly keys: readonly Unit[];
}

/** All heads of a text. */
export interface AllHeads {
  /** Model, text and device; what it says of chosen heads is not of this export. */
  readonly figure: Figure;
  readonly kinds: readonly KindOfAttention[];
}

export const allHeadsOf = (figure: Figure, shown: Shown): AllHeads => ({
  figure,
  kinds: shown.analysis.attentions.map(attention => {
    const { queries, keys } = allUnits(shown, attention.kind, false);
    return { attention, queries, keys };
  }),
});

/** Facts that stand in every file of all heads. */
export const factsOf = ({ figure }: AllHeads) => ({
  model: { id: figure.modelId, name: figure.modelName },
  label: figure.subject.label,
  segments: figure.subject.segments.map(({ text }) => ({ text })),
  ...(figure.targetText !== undefined && { target: figure.targetText }),
  window: figure.window,
  dropped: figure.dropped,
  device: figure.device,
});

/** A token in a file: how it is drawn, and where it stands in its text. */
export const tokenFacts = ({ side, label, isSpecial, isUnknown, range }: Unit) => ({
  side,
  text: label,
  isSpecial,
  isUnknown,
  ...range,
});

/** How many keys a query may look at; those after them are masked. */
export const keysOf = ({ kind, shape }: Attention, query: number): number =>
  kind === 'decoder' ? Math.min(shape[3], query + 1) : shape[3];
