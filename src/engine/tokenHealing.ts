import { byteOfLetter, letterOfByte } from './byteAlphabet';
import type { Tokenizer } from './tokenizer';

const utf8 = new TextEncoder();

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

/** Which tokens may come next: 1 for those, 0 for all others. */
export type AllowedTokens = Uint8Array;

/**
 * Tells after each token which may come next in a text that must begin with `heldBack`; undefined where all may.
 *
 * Where what was typed ends in white space, what comes first after it is none: whoever has gone to a new line, or to
 * its indentation, wants what stands there.
 *
 * @param endsInSpace of the whole text that was typed.
 */
export function beginsWith(
  tokenizer: Tokenizer,
  heldBack: string,
  endsInSpace: boolean,
): (tokens: readonly number[]) => AllowedTokens | undefined {
  const entries = tokenizer.byteEntries();
  const wanted = Array.from(utf8.encode(heldBack), byte => letterOfByte[byte] ?? '')
    .filter(letter => entries.includes(letter))
    .join('');
  return tokens => {
    const written = tokens.map(id => entries[id] ?? '').join('');
    if (written.length > wanted.length || (written.length === wanted.length && !endsInSpace)) {
      return undefined;
    }
    const rest = wanted.slice(written.length);
    const allowed = new Uint8Array(entries.length);
    for (const [id, entry] of entries.entries()) {
      const isOn = entry !== '' && (entry.startsWith(rest) || rest.startsWith(entry));
      const next = entry[rest.length];
      allowed[id] = isOn && !(endsInSpace && next !== undefined && isSpace(next)) ? 1 : 0;
    }
    return allowed;
  };
}

const isSpace = (letter: string) => {
  const byte = byteOfLetter.get(letter) ?? 0;
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
};
