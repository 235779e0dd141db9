import type { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HeadPosition } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Explanation, LayerRank } from '../../src/common/protocol/pages/why';
import type { Work } from '../common/progress';
import type { SavedState } from './savedState';

/** A completion and why it is so. It stays while the next one is explained. */
export interface Shown {
  readonly subject: Subject;
  readonly explanation: Explanation;
}

/** What is told of one token on demand. */
export interface Told {
  readonly index: number;
  readonly layer: number | undefined;
  readonly head: number | undefined;
  /** [prompt, then what was written before]; sums to 1. */
  readonly weights: readonly number[];
}

export interface WhyState {
  readonly saved: SavedState;
  readonly models: readonly Manifest[];
  /** False until the host has answered. */
  readonly isStarted: boolean;
  readonly work: Work | undefined;
  readonly error: EngineError | undefined;
  readonly shown: Shown | undefined;
  readonly told: Told | undefined;
  /** How each token stood after each layer, as far as it was asked; undefined where the graph cannot tell. */
  readonly standings: ReadonlyMap<number, readonly LayerRank[] | undefined>;
  /** The token of the prompt, or written before, that is pointed at. */
  readonly pointed: number | undefined;
  readonly pageWidth: number | undefined;
  readonly themeVersion: number;
  /** From `show` to the painted page, in ms. */
  readonly paintMs: number | undefined;
}

/** The token that is explained, of those that there are. */
export const chosenOf = ({ shown, saved }: Pick<WhyState, 'shown' | 'saved'>): number =>
  Math.min(saved.chosen, Math.max(0, (shown?.explanation.tokens.length ?? 1) - 1));

/** Where what is shown is offered: the first token of it. */
export const firstOffered = ({ tokens, offered }: Explanation): number =>
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

/** What is known of the chosen token's attention, if it is of the chosen heads. */
export const weightsOf = ({
  told,
  saved,
  shown,
}: Pick<WhyState, 'told' | 'saved' | 'shown'>): readonly number[] | undefined =>
  told?.index === chosenOf({ shown, saved }) &&
  told.layer === saved.layer &&
  told.head === saved.head
    ? told.weights
    : undefined;
