/** What was written where. */

import { LRUCache } from 'lru-cache';
import type { CachedCompletion } from './postprocess';

/** So much of the text before a caret says which place it is, in UTF-16 units. */
const keyLength = 256;
/** No longer text is looked for behind the caret, in UTF-16 units. */
const maxTypedLength = 300;
const maxEntries = 200;

/** A writing that is known for a place, as far as it has not been typed yet. */
export interface CacheHit<T> {
  readonly completion: CachedCompletion;
  /** What it was remembered with. */
  readonly with: T;
  /** How much of it has been typed since, in UTF-16 units. */
  readonly typed: number;
}

/** Remembers what was written where, and goes on giving it while a person types along it. */
export class CompletionCache<T> {
  readonly #known = new LRUCache<
    string,
    { readonly completion: CachedCompletion; readonly with: T }
  >({
    max: maxEntries,
  });

  /** @param before the text before the caret; the end of it says the place. */
  set(modelId: string, before: string, completion: CachedCompletion, what: T): void {
    this.#known.set(keyOf(modelId, before), { completion, with: what });
  }

  /** The longest way back to a place whose writing begins with what was typed since. */
  find(modelId: string, before: string): CacheHit<T> | undefined {
    for (let typed = 0; typed <= Math.min(maxTypedLength, before.length); typed++) {
      const start = before.length - typed;
      const known = this.#known.get(keyOf(modelId, before.slice(0, start)));
      const { completion } = known ?? {};
      if (known && completion && (typed === 0 || isAlong(completion.text, before.slice(start)))) {
        const text = completion.text.slice(typed);
        return { completion: { ...completion, text }, with: known.with, typed };
      }
    }
    return undefined;
  }

  clear(): void {
    this.#known.clear();
  }
}

/** Of what was typed to its end nothing is left to give. */
const isAlong = (text: string, typed: string) =>
  text.length > typed.length && text.startsWith(typed);

const keyOf = (modelId: string, before: string) => `${modelId}\n${before.slice(-keyLength)}`;
