/** What a search writes, as text and in the contract's form: while it writes, and when it is over. */

import type { BeamNode, Generation, StreamedToken } from '../../common/protocol/engine/generate';
import type { Token } from '../../common/protocol/engine/types';
import { candidatesOf } from './candidates';
import type { ChosenToken, OnToken, BeamCandidate, GeneratedSequence } from './sequences';
import type { Tokenizer } from '../tokenizer/encoding';

/**
 * Tells of tokens with their place in the text so far. A character is told when its last byte is there.
 *
 * @param told what is told besides: `heldBack` with each, `read` with the first.
 */
export function streamTokens(
  tokenizer: Tokenizer,
  onToken: OnToken,
  { heldBack, read }: Pick<StreamedToken, 'heldBack' | 'read'> = {},
): (token: ChosenToken) => void {
  const ids: number[] = [];
  let toldLength = 0;
  return ({ id, logProbability, logAllowed }) => {
    ids.push(id);
    const { text, settledLength, tokens } = tokenizer.decode(ids);
    const token = tokens.at(-1) ?? tokenizer.specialToken(id, settledLength);
    const end = Math.min(token.end, settledLength);
    onToken({
      token: { ...token, start: Math.min(token.start, end), end },
      text: text.slice(toldLength, settledLength),
      logProbability,
      ...(logAllowed !== undefined && { logAllowed }),
      ...(heldBack !== undefined && { heldBack }),
      ...(ids.length === 1 && read && { read }),
    });
    toldLength = settledLength;
  };
}

/** The parts of a `Generation` that follow from what a search has written. */
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
 * Reads hypotheses as text. Where one of `stop` was written, the text ends before it, and tokens beyond that are no
 * part of it.
 *
 * @param written the best first, at least one.
 * @param from where in a text the stops are looked for, in UTF-16 units.
 */
export function asGeneratedText(
  tokenizer: Tokenizer,
  written: readonly GeneratedSequence[],
  stop: readonly string[],
  from = 0,
): GeneratedText {
  const [best, ...others] = written.map(each => cutAtStop(tokenizer, each, stop, from));
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

/** Grows the tree of what beam search weighs; there is no search in it. */
export class BeamTree {
  readonly #nodes: Omit<BeamNode, 'text' | 'hypothesis'>[] = [];
  /** Index of the node that a sequence ends in. */
  readonly #places = new Map<string, number>();

  readonly add = (weighed: readonly BeamCandidate[]): void => {
    for (const { tokens, ...node } of weighed) {
      this.#places.set(tokens.join(), this.#nodes.length);
      this.#nodes.push({
        ...node,
        parent: this.#places.get(tokens.slice(0, -1).join()) ?? -1,
        id: tokens.at(-1)!,
        step: tokens.length - 1,
      });
    }
  };

  /** @param written the hypotheses, in their order. */
  nodes(tokenizer: Tokenizer, written: readonly GeneratedSequence[]): readonly BeamNode[] {
    const hypotheses = new Map(
      written.map(({ tokens }, index) => [this.#places.get(tokens.join()), index]),
    );
    return this.#nodes.map((node, index) => ({
      ...node,
      text: tokenizer.readableTextOf(node.id),
      hypothesis: hypotheses.get(index),
    }));
  }
}
