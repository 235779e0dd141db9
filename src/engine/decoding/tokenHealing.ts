/** Token healing of a text that ends within a word. */
import type { Tokenizer } from '../tokenizer/encoding';
import { byteOfLetter } from '../tokenizer/bytesToUnicode';

/** A longer last word is no word that somebody types: of such a text nothing is written again. In UTF-16 units. */
const maxHeldBack = 64;

/** A text that is to be gone on with, cut back to where a token surely ends. */
export interface HealedText {
  /** What the model reads. */
  readonly prompt: string;
  /** The end of the text, which what is written must begin with. */
  readonly heldBack: string;
  /** Tokens of the text that stand there. */
  readonly heldTokens: number;
}

/**
 * Token healing: takes the last word off a text, because a model that is given half a word has been given tokens
 * that hardly ever stand there, and goes on badly from them. What it writes must begin with what was taken off.
 *
 * Of white space at the end the last character is taken: vocabularies of bytes join it to the word that follows. A
 * single line end or tab stands alone before a word too, and stays.
 *
 * @see Lundberg, The Art of Prompt Design: Prompt Boundaries and Token Healing, 2023
 */
export function healText(tokenizer: Tokenizer, text: string): HealedText {
  const { tokens } = tokenizer.encode(text);
  const last = tokens.at(-1);
  const start = tokens.find(({ word }) => word === last?.word)?.start;
  const word = text.slice(start ?? text.length);
  const isWhiteSpace = /^\p{White_Space}*$/u.test(word);
  const held = isWhiteSpace ? (/^[\n\t]?$/u.test(word) ? '' : word.slice(-1)) : word;
  const cut = text.length - held.length;
  return held.length > maxHeldBack || text.slice(0, cut).trim() === ''
    ? { prompt: text, heldBack: '', heldTokens: 0 }
    : {
        prompt: text.slice(0, cut),
        heldBack: held,
        heldTokens: tokens.filter(token => token.end > cut).length,
      };
}

/**
 * What is added to the logits of the next token, [V]: 0 for one that may come, and so little for all others that none
 * of them is chosen. Finite: an infinite logit is the sign of a damaged model.
 */
export type LogitBias = Float32Array;
export const forbidden = -1e30;

/**
 * Whoever pauses behind a whole word has mostly finished it, and the model does not see the pause: the word as it was
 * typed counts as if it were this many nats more probable among those that begin with it. Chosen on the half of
 * `completion-quality` that decides.
 */
const pauseBonus = 2;

/**
 * What may come after each token of a text that must begin with `heldBack`; undefined where all may.
 *
 * At each place two kinds of token may come: one that holds all that is left of what was typed, and goes on from
 * there; or the one that the tokenizer cuts there, where what was typed is longer than a token. Any other beginning
 * of it is no way in which the model has ever seen the word.
 *
 * Where what was typed ends in white space, what comes first after it is none: whoever has gone to a new line, or to
 * its indentation, wants what stands there.
 *
 * @param text all that was typed; `heldBack` is its end.
 */
export function beginsWith(
  tokenizer: Tokenizer,
  text: string,
  heldBack: string,
): (tokens: readonly number[]) => LogitBias | undefined {
  const entries = tokenizer.byteEntries();
  const endsInSpace = /\s$/u.test(text);
  const typed = tokenizer.encode(heldBack).tokens.map(({ id }) => id);
  return tokens => {
    const isAsTyped = tokens.every((id, index) => id === typed[index]);
    const [next, ...later] = isAsTyped ? typed.slice(tokens.length) : [];
    if (next === undefined) {
      // All of it has been written; what was held back as white space may still be followed by more.
      return endsInSpace && isAsTyped
        ? biasOf(entries, entry => !beginsWithSpace(entry, 0))
        : undefined;
    }
    const rest = [next, ...later].map(id => entries[id] ?? '').join('');
    const bias = biasOf(
      entries,
      (entry, id) =>
        (entry.startsWith(rest) && !(endsInSpace && beginsWithSpace(entry, rest.length))) ||
        id === next,
    );
    if (later.length === 0 && !endsInSpace) {
      bias[next] = pauseBonus;
    }
    return bias;
  };
}

function biasOf(
  entries: readonly string[],
  isAllowed: (entry: string, id: number) => boolean,
): LogitBias {
  const bias = new Float32Array(entries.length);
  for (const [id, entry] of entries.entries()) {
    bias[id] = entry !== '' && isAllowed(entry, id) ? 0 : forbidden;
  }
  return bias;
}

const beginsWithSpace = (entry: string, at: number) => {
  const byte = byteOfLetter.get(entry[at] ?? '') ?? 0;
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
};
