/** Words in another order, and what becomes of their states in the network. */
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { HiddenStates } from '../../../../src/common/protocol/engine/types';
import { splitWords } from '../../part/longerText';
import { sinusoids } from './sinusoids';
import { stateAt } from '../../math/unrolledLstm';
import { distance, lengthOf } from '../../math/vectors';

/** A text and the same in another order of its words. */
export interface ShuffledText {
  /** In order, with one space between words. */
  readonly text: string;
  readonly shuffled: string;
  /** For each word of `shuffled` its place in `text`. */
  readonly order: readonly number[];
}

/**
 * The words in an order that depends on the seed alone, and differs if it can. The first word stays: it has no space
 * before it, and a byte-level tokenizer would cut it in another way elsewhere.
 */
export function shuffleWords(source: string, seed: number): ShuffledText {
  const words = splitWords(source);
  const order = words.map((_, index) => index);
  let state = seed * 2_654_435_761;
  for (let index = order.length - 1; index > 1; index--) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + index) >>> 0;
    const other = 1 + (state % index);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  const mixed = order.map(place => words[place] ?? '');
  if (mixed.every((word, index) => word === words[index])) {
    order.splice(1, order.length, ...order.slice(1).reverse());
  }
  return {
    text: words.join(' '),
    shuffled: order.map(place => words[place] ?? '').join(' '),
    order,
  };
}

/** What became of a token when the words were shuffled. */
export interface MovedToken {
  /** Index in the source, before and after. */
  readonly before: number;
  readonly after: number;
  /** How far its state is from what it was, as a share of the length that it had: [L + 1], the embedding first. */
  readonly moved: readonly number[];
  /** How far the embedding's change is from that of the sinusoids, in the dimension where it is farthest. */
  readonly unexplained: number;
}

/** Follows each token to where its word went. @param texts what was read, in order and shuffled. */
export function followTokens(
  { text, shuffled, order }: ShuffledText,
  inOrder: Analysis,
  mixed: Analysis,
): readonly MovedToken[] {
  const [states, otherStates] = [inOrder.hiddenStates, mixed.hiddenStates];
  if (!states || !otherStates) {
    return [];
  }
  const others = tokensByWord(mixed, shuffled);
  const placeOf = new Map(order.map((word, place) => [word, place]));
  return tokensByWord(inOrder, text).flatMap((tokens, word) =>
    tokens.flatMap((before, index) => {
      const after = others[placeOf.get(word) ?? -1]?.[index];
      const isSame = inOrder.source[before]?.id === mixed.source[after ?? -1]?.id;
      return after === undefined || !isSame ? [] : [moveOf(states, before, otherStates, after)];
    }),
  );
}

function moveOf(
  states: HiddenStates,
  before: number,
  others: HiddenStates,
  after: number,
): MovedToken {
  const [layers, , size] = states.shape;
  const [here, there] = [sinusoids(before, size), sinusoids(after, size)];
  const [first, firstThere] = [stateAt(states, 0, before), stateAt(others, 0, after)];
  return {
    before,
    after,
    moved: Array.from({ length: layers }, (_, layer) => {
      const own = stateAt(states, layer, before);
      return distance(own, stateAt(others, layer, after)) / Math.max(1e-9, lengthOf(own));
    }),
    unexplained: first.reduce((most, value, index) => {
      const change = firstThere[index]! - value - (there[index]! - here[index]!);
      return Math.max(most, Math.abs(change));
    }, 0),
  };
}

/** Indices of the tokens of each word; the token that ends a source belongs to no word. */
function tokensByWord({ source }: Analysis, text: string): number[][] {
  const words: number[][] = splitWords(text).map(() => []);
  source.forEach((token, index) => {
    if (!token.isSpecial && token.end > token.start) {
      // A token begins with the space before its word: its last character tells.
      const word = (text.slice(0, token.end - 1).match(/\s/g) ?? []).length;
      words[word]?.push(index);
    }
  });
  return words;
}
