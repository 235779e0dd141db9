/** What a search generates, as text and in the form of the contract: while it runs, and when it is over. */

import type { BeamNode, Generation, StreamedToken } from '../../common/protocol/engine/generate';
import type { Token } from '../../common/protocol/engine/types';
import { candidatesOf } from './candidates';
import type { ChosenToken, OnToken, BeamCandidate, GeneratedSequence } from './sequences';
import type { Tokenizer } from '../tokenizer/encoding';

/**
 * Emits tokens with their place in the text so far. A character is emitted with its last byte.
 *
 * @param context what is emitted besides: `heldBack` with each token, `read` with the first.
 */
export function streamTokens(
  tokenizer: Tokenizer,
  onToken: OnToken,
  { heldBack, read }: Pick<StreamedToken, 'heldBack' | 'read'> = {},
): (token: ChosenToken) => void {
  const ids: number[] = [];
  let emittedLength = 0;
  return ({ id, logProbability, logAllowed }) => {
    ids.push(id);
    const { text, settledLength, tokens } = tokenizer.decode(ids);
    const token = tokens.at(-1) ?? tokenizer.specialToken(id, settledLength);
    const end = Math.min(token.end, settledLength);
    onToken({
      token: { ...token, start: Math.min(token.start, end), end },
      text: text.slice(emittedLength, settledLength),
      logProbability,
      ...(logAllowed !== undefined && { logAllowed }),
      ...(heldBack !== undefined && { heldBack }),
      ...(ids.length === 1 && read && { read }),
    });
    emittedLength = settledLength;
  };
}

/** The parts of a `Generation` that follow from the sequences of a search. */
export type GeneratedText = Pick<
  Generation,
  | 'target'
  | 'text'
  | 'logProbabilities'
  | 'logAllowed'
  | 'logProbability'
  | 'finish'
  | 'hypotheses'
  | 'candidates'
>;

/**
 * Decodes sequences to text. If one of `stop` was generated, the text ends before it, and tokens beyond that are not
 * part of it.
 *
 * @param sequences best first, at least one.
 * @param from where in a text the search for stops begins, in UTF-16 units.
 */
export function asGeneratedText(
  tokenizer: Tokenizer,
  sequences: readonly GeneratedSequence[],
  stop: readonly string[],
  from = 0,
): GeneratedText {
  const [best, ...others] = sequences.map(each => cutAtStop(tokenizer, each, stop, from));
  if (!best) {
    throw new Error('A search gives at least one hypothesis.');
  }
  return {
    ...best,
    hypotheses: [best, ...others].map(({ text, logProbability }) => ({ text, logProbability })),
  };
}

function cutAtStop(
  tokenizer: Tokenizer,
  { tokens: ids, logProbabilities, logAllowed, candidates, finish }: GeneratedSequence,
  stop: readonly string[],
  from: number,
): Omit<GeneratedText, 'hypotheses'> {
  const decoded = tokenizer.decode(ids);
  const stopped = stopIndex(decoded.text.slice(from), stop);
  const end = stopped === undefined ? decoded.text.length : from + stopped;
  const isCut = end < decoded.text.length;
  const target = decoded.tokens
    .filter(({ start }) => !isCut || start < end)
    .map((token): Token => ({ ...token, end: Math.min(token.end, end) }));
  const kept = logProbabilities.slice(0, target.length);
  return {
    target,
    text: decoded.text.slice(0, end),
    logProbabilities: kept,
    ...(logAllowed && { logAllowed: logAllowed.slice(0, target.length) }),
    logProbability: kept.reduce((sum, each) => sum + each, 0),
    finish,
    candidates: candidates.slice(0, target.length).map(row => candidatesOf(tokenizer, row)),
  };
}

/** Where the first of the stopping texts begins. */
export function stopIndex(text: string, stop: readonly string[]): number | undefined {
  const found = stop.map(each => text.indexOf(each)).filter(index => index >= 0);
  return found.length > 0 ? Math.min(...found) : undefined;
}

/** The tree of all candidates of a beam search; there is no search in it. */
export class BeamTree {
  readonly #nodes: Omit<BeamNode, 'text' | 'hypothesis'>[] = [];
  /** Index of the node that a sequence ends in. */
  readonly #places = new Map<string, number>();

  readonly add = (candidates: readonly BeamCandidate[]): void => {
    for (const { tokens, ...node } of candidates) {
      this.#places.set(tokens.join(), this.#nodes.length);
      this.#nodes.push({
        ...node,
        parent: this.#places.get(tokens.slice(0, -1).join()) ?? -1,
        id: tokens.at(-1)!,
        step: tokens.length - 1,
      });
    }
  };

  /** @param sequences the hypotheses, in their order. */
  nodes(tokenizer: Tokenizer, sequences: readonly GeneratedSequence[]): readonly BeamNode[] {
    const hypotheses = new Map(
      sequences.map(({ tokens }, index) => [this.#places.get(tokens.join()), index]),
    );
    return this.#nodes.map((node, index) => ({
      ...node,
      text: tokenizer.readableTextOf(node.id),
      hypothesis: hypotheses.get(index),
    }));
  }
}
