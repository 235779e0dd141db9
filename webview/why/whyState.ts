/** The state of the page that explains a completion: what is kept, shown and pointed at, and what a token looked at as it is coloured. */
import * as v from 'valibot';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Explanation, LayerRank } from '../../src/common/protocol/pages/why';
import type { TextPageState } from '../common/textPage';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { HeadPosition } from '../../src/common/attention/attention';
import { partKinds } from './promptParts';
import { withoutSink } from './attentionSink';
import type { WhatIfState } from './whatIfState';
import { index, parserOf, type Saved, subjectEntry } from '../common/store';

const saved = v.object({
  ...subjectEntry,
  /** The token that is explained; one that is no longer there counts as the last. Absent: the first that was offered. */
  chosen: v.fallback(v.optional(index), undefined),
  /** The layer whose attention is shown, counted from 0; absent where all are averaged. */
  layer: v.fallback(v.optional(index), undefined),
  /** The same of the head. */
  head: v.fallback(v.optional(index), undefined),
  /** What a click on the prompt leaves out. Absent: by how long the prompt is. */
  part: v.fallback(v.optional(v.picklist(partKinds)), undefined),
  /** What the colours of the prompt show once its parts were left out. */
  colour: v.fallback(v.optional(v.picklist(['attention', 'effect']), 'attention'), 'attention'),
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
  readonly whatIf: WhatIfState;
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

/** What is weaker than this share of the strongest is not painted onto the document. */
const minStrength = 0.1;

type Ranges = Parameters<HostApi['highlight']>[0]['ranges'];

/**
 * What was looked at, as stretches to paint onto the document: of the prompt, and of what was written before where it
 * was taken. The strongest is 1, the others by their square roots, so that small weights are seen.
 */
export function rangesOf(explanation: Explanation, { weights }: TokenAttention): Ranges {
  const { promptTokens, tokens, offered } = explanation;
  const { weights: coloured } = withoutSink(weights);
  const top = Math.max(0, ...coloured);
  return coloured.flatMap((weight, index): Ranges => {
    const strength = top > 0 ? Math.sqrt(weight / top) : 0;
    const token = promptTokens[index];
    if (strength < minStrength) {
      return [];
    }
    if (token) {
      return token.start < token.end
        ? [{ segment: 0, start: token.start, end: token.end, strength }]
        : [];
    }
    const written = tokens[index - promptTokens.length]?.token;
    const start = Math.max(0, (written?.start ?? 0) - offered.start);
    const end = Math.min(offered.end, written?.end ?? 0) - offered.start;
    return start < end ? [{ segment: 1, start, end, strength }] : [];
  });
}
