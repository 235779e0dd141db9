/** Tokens as they are drawn, by their spelling, and what asks the engine for it. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Spelling } from '../../src/common/protocol/engine/tokenize';
import { readBytes, spellParts, type BytePart } from '../../src/common/text/byteText';
import type { Store } from '../common/store';

export type Spellings = ReadonlyMap<number, Spelling>;

/** A token as it is drawn: its characters with nothing hidden, parts of characters as bytes. */
export interface SpelledToken {
  readonly parts: readonly BytePart[];
  /** The same as one text. */
  readonly label: string;
  /** It stands for no character: it ends a text, or begins one. */
  readonly isSpecial: boolean;
}

/** A token that was not asked for yet by its number. */
export function spelled(spellings: Spellings, id: number): SpelledToken {
  const spelling = spellings.get(id);
  if (!spelling) {
    return { parts: [{ kind: 'bytes', text: `#${id}` }], label: `#${id}`, isSpecial: false };
  }
  const { text, bytes, isSpecial } = spelling;
  const parts: readonly BytePart[] = isSpecial ? [{ kind: 'text', text }] : readBytes(bytes);
  return { parts, label: spellParts(parts), isSpecial };
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
