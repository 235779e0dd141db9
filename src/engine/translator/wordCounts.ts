/** The words that a translator hardly saw in training. */

import * as v from 'valibot';
import type { RareWord } from '../../common/protocol/engine/analyze';
import { invalid } from '../../common/json';
import { fileOfModel, parseModelJson } from '../../common/protocol/manifest';

/**
 * A word in fewer sentences than this is rare. Of the sentences held out from the Transformer's training, those with
 * such a word came to 43 to 52 chrF, those whose rarest word was in 10 sentences or more to 63 and above.
 */
const rareBelow = 5;

/** As `training/export/translator/word_counts.py` cuts: letters with their marks, with apostrophes and hyphens between them. */
const word = /\p{L}[\p{L}\p{M}\u200c\u200d]*(?:['’-]\p{L}[\p{L}\p{M}\u200c\u200d]*)*/gu;

const file = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(1)));

/** The number of sentences of a translator's training text that have each word. */
export class WordCounts {
  readonly #counts: ReadonlyMap<string, number>;

  /** @throws EngineError `model-invalid`, which names the file. */
  constructor(bytes: ArrayBuffer) {
    const name = 'words.json';
    const json = parseModelJson(bytes, name);
    if (!v.is(file, json)) {
      throw invalid(fileOfModel(name), 'is no table of words and their counts');
    }
    // As it was read: valibot's copy lacks the words "prototype" and "constructor".
    this.#counts = new Map(Object.entries(json));
  }

  /** @returns the rare words of a part of a text, in its order, each once. */
  rareIn(text: string, start: number, end: number): readonly RareWord[] {
    const found = new Map<string, RareWord>();
    for (const { 0: match, index } of text.slice(start, end).matchAll(word)) {
      const key = match.toLowerCase().replaceAll('’', "'");
      const sentences = this.#counts.get(key) ?? 0;
      if (sentences < rareBelow && !found.has(key)) {
        found.set(key, { start: start + index, end: start + index + match.length, sentences });
      }
    }
    return [...found.values()];
  }
}
