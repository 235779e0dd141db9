/** Tokens as they are drawn, by their spelling, and what asks the engine for it. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Spelling } from '../../src/common/protocol/engine/tokenize';
import { readBytes, spellParts, type BytePart } from '../../src/common/text/byteText';
import { whiteSpaceName } from '../../src/common/text/whiteSpaceName';
import type { Store } from '../common/store';

export type Spellings = ReadonlyMap<number, Spelling>;

/** A token as it is drawn: its characters with nothing hidden, parts of characters as bytes. */
export interface SpelledToken {
  readonly parts: readonly BytePart[];
  /** The same as one text. */
  readonly label: string;
  /** It stands for no character: it ends a text, or begins one. */
  readonly isSpecial: boolean;
  /** What it is called, where it is white space: "line break and 11 spaces". */
  readonly whiteSpace?: string | undefined;
}

/** A token in a sentence: in quotation marks, and by its name where nothing of it would be seen. */
export const inSentence = ({ label, isSpecial, whiteSpace }: SpelledToken): string =>
  whiteSpace ?? (isSpecial ? label : `“${label}”`);

/** White space that is longer than this is drawn by its name. */
const maxDrawnSpaces = 3;

/** What is drawn of a token where its name says more than its characters; undefined for any other. */
export const drawnName = ({ label, whiteSpace }: SpelledToken): string | undefined =>
  label.length > maxDrawnSpaces ? whiteSpace : undefined;

const utf8 = new TextDecoder();

/** A token that was not asked for yet by its number. */
export function spelled(spellings: Spellings, id: number): SpelledToken {
  const spelling = spellings.get(id);
  if (!spelling) {
    return { parts: [{ kind: 'bytes', text: `#${id}` }], label: `#${id}`, isSpecial: false };
  }
  const { text, bytes, isSpecial } = spelling;
  const parts: readonly BytePart[] = isSpecial ? [{ kind: 'text', text }] : readBytes(bytes);
  const isText = !isSpecial && parts.every(({ kind }) => kind === 'text');
  const whiteSpace = isText ? whiteSpaceName(utf8.decode(Uint8Array.from(bytes))) : undefined;
  return { parts, label: spellParts(parts), isSpecial, ...(whiteSpace && { whiteSpace }) };
}

/** Gets the spelling of tokens that come into view. It needs a tokenizer alone: no run waits for it. */
export class SpellingLoader {
  #modelId: string | undefined;
  #asked = new Set<number>();

  constructor(
    private readonly store: Store<{ readonly spellings: Spellings }>,
    private readonly client: () => EngineClient,
  ) {}

  /** Tokens of another model are others. Never rejects: a token without a spelling is drawn by its number. */
  async spell(modelId: string, ids: Iterable<number>): Promise<void> {
    if (modelId !== this.#modelId) {
      this.#modelId = modelId;
      this.#asked = new Set();
      this.store.update({ spellings: new Map() });
    }
    const asked = this.#asked;
    const missing = [...new Set(ids)].filter(id => !asked.has(id));
    if (missing.length === 0) {
      return;
    }
    missing.forEach(id => asked.add(id));
    try {
      const spellings = await this.client().spell({ modelId, ids: missing });
      if (asked === this.#asked) {
        const all = new Map(this.store.state.spellings);
        spellings.forEach((spelling, index) => all.set(missing[index] ?? 0, spelling));
        this.store.update({ spellings: all });
      }
    } catch {
      // The run, which needs the same files, fails too and says so; the next one asks again.
      missing.forEach(id => asked.delete(id));
    }
  }
}
