/** A cache of completions by the text before the caret. */
import { LRUCache } from 'lru-cache';
import type { CompletionKind, Finish } from './endings';
import type { NoOfferReason } from './cursorContext';

/** A text that a model generated at a caret, up to a sensible end. */
export interface CachedCompletion {
  /** The text after the caret, line ends as `\n`, indented like its document; empty if it is of no use. */
  readonly text: string;
  /** The same text as the model indented it. */
  readonly raw: string;
  /** How it came to its end. */
  readonly finish: Finish;
  readonly kind: CompletionKind;
  /** The mean log-probability of its tokens, in nats: the length-normalised score that offers are ranked by. */
  readonly score: number;
  /** Why the text is empty. */
  readonly reason?: NoOfferReason | undefined;
}

/** A cached completion, minus what the user has typed of it. */
export interface CacheHit<T> {
  readonly completion: CachedCompletion;
  /** What was stored with it. */
  readonly details: T;
  /** How much of it was typed since, in UTF-16 units. */
  readonly typed: number;
}

/** The length of the text before a caret that identifies it, in UTF-16 units. */
const keyLength = 256;
/** How far behind the caret a completion may begin, in UTF-16 units. */
const maxTypedLength = 300;
const maxEntries = 200;

/** Keeps completions, and finds them again while the user types along them. */
export class CompletionCache<T> {
  readonly #entries = new LRUCache<string, Omit<CacheHit<T>, 'typed'>>({ max: maxEntries });

  /** @param before the text before the caret; its end identifies the caret. */
  set(modelId: string, before: string, completion: CachedCompletion, details: T): void {
    this.#entries.set(keyOf(modelId, before), { completion, details });
  }

  /** The nearest completion before the caret that begins with what was typed since. */
  find(modelId: string, before: string): CacheHit<T> | undefined {
    for (let typed = 0; typed <= Math.min(maxTypedLength, before.length); typed++) {
      const start = before.length - typed;
      const entry = this.#entries.get(keyOf(modelId, before.slice(0, start)));
      if (entry && (typed === 0 || continues(entry.completion.text, before.slice(start)))) {
        const text = entry.completion.text.slice(typed);
        return { ...entry, completion: { ...entry.completion, text }, typed };
      }
    }
    return undefined;
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** Whether a text continues what was typed; a text that was typed to its end does not. */
const continues = (text: string, typed: string) =>
  text.length > typed.length && text.startsWith(typed);

const keyOf = (modelId: string, before: string) => `${modelId}\n${before.slice(-keyLength)}`;
