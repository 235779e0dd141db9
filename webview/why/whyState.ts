/** The state of the page that explains a completion: what is kept for its next start, what is shown, and what is pointed at. */
import * as v from 'valibot';
import type { HeadPosition } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Explanation, LayerRank } from '../../src/common/protocol/pages/why';
import { index, parserOf, subjectEntry, type Saved } from '../common/savedState';
import type { TextPageState } from '../common/textPage';

const saved = v.object({
  ...subjectEntry,
  /** The token that is explained; one that is no longer there counts as the last. Absent: the first that was offered. */
  chosen: v.fallback(v.optional(index), undefined),
  /** The layer whose attention is shown, counted from 0; absent where all are averaged. */
  layer: v.fallback(v.optional(index), undefined),
  /** The same of the head. */
  head: v.fallback(v.optional(index), undefined),
});

export type SavedState = Saved<typeof saved>;
export const parseState: (value: unknown) => SavedState = parserOf(saved);

/** A completion and why it is so. It stays while the next one is explained. */
interface ShownExplanation {
  readonly subject: Subject;
  readonly explanation: Explanation;
}

/** What a token looked at, by the heads that were asked for. */
export interface TokenAttention {
  readonly index: number;
  readonly layer: number | undefined;
  readonly head: number | undefined;
  /** [prompt, then what was written before]; sums to 1. */
  readonly weights: readonly number[];
}

export interface WhyState extends TextPageState {
  readonly saved: SavedState;
  readonly shown: ShownExplanation | undefined;
  readonly attention: TokenAttention | undefined;
  /** The ranks of each token after each layer, as far as they were asked for; undefined where the graph cannot tell. */
  readonly ranks: ReadonlyMap<number, readonly LayerRank[] | undefined>;
  /** The token of the prompt, or written before, that is pointed at. */
  readonly pointed: number | undefined;
}

/** The token that is explained, of those that there are. While another text is on its way it is that of the old one. */
export function chosenOf({
  shown,
  saved: { chosen },
  attention,
}: Pick<WhyState, 'shown' | 'saved' | 'attention'>): number {
  const first = attention?.index ?? (shown ? firstOffered(shown.explanation) : 0);
  const last = Math.max(0, (shown?.explanation.tokens.length ?? 1) - 1);
  return Math.min(chosen ?? first, last);
}

/** The first token of what was offered. */
const firstOffered = ({ tokens, offered }: Explanation): number =>
  Math.max(
    0,
    tokens.findIndex(({ token }) => token.end > offered.start),
  );

/** The heads that are averaged. */
export function headsOf(
  { layers, heads }: Pick<Explanation, 'layers' | 'heads'>,
  { layer, head }: Pick<SavedState, 'layer' | 'head'>,
): HeadPosition[] {
  const all = (count: number) => Array.from({ length: count }, (_, index) => index);
  return (layer === undefined ? all(layers) : [Math.min(layer, layers - 1)]).flatMap(oneLayer =>
    (head === undefined ? all(heads) : [Math.min(head, heads - 1)]).map(oneHead => ({
      layer: oneLayer,
      head: oneHead,
    })),
  );
}

/** The chosen token's attention where it is known, by the chosen heads. */
export const weightsOf = (state: WhyState): readonly number[] | undefined =>
  state.attention?.index === chosenOf(state) &&
  state.attention.layer === state.saved.layer &&
  state.attention.head === state.saved.head
    ? state.attention.weights
    : undefined;
