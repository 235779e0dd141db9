/** How a text differs from what a translator was trained on, and how often training had its words. */
import * as v from 'valibot';
import type { DomainShift, RareWord } from '../../common/protocol/engine/analyze';
import { fileOfModel, type Manifest, parseModelJson } from '../../common/protocol/manifest';
import type { LoweredSpan } from './sentenceCase';
import { invalid } from '../../common/json';

/**
 * Signs that no English sentence of the training text has, a list's among them where a line begins with it, and the
 * run of characters around them.
 */
const markup =
  /\S*(?:[*_~`#|<>[\]{}\\=^]|https?:\/\/|&#?\w+;)\S*|^[ \t]*(?:[-+•]|\d+[.)])(?=[ \t])/mu;
/** A word with a letter of a script that the source language does not use. */
const otherScript = /[^\P{L}\p{sc=Latin}\p{sc=Common}\p{sc=Inherited}][\p{L}\p{M}]*/u;

/**
 * How a text differs from all that a translator was trained on. No sentence of its training text is in capitals, without
 * a letter, or marked up; the manifest has the length of the longest.
 *
 * @param start of the part of the text that was read, like `end` in UTF-16 units.
 * @param lowered the spans that were read in small letters.
 */
export function domainShiftsOf(
  text: string,
  [start, end]: readonly [start: number, end: number],
  lowered: readonly LoweredSpan[],
  { longestWords, languages }: Pick<Manifest, 'longestWords' | 'languages'>,
): readonly DomainShift[] {
  const read = text.slice(start, end);
  const place = (
    match: RegExpExecArray | null,
    kind: 'markup' | 'script',
  ): readonly DomainShift[] =>
    match ? [{ kind, start: start + match.index, end: start + match.index + match[0].length }] : [];
  const words = read.split(/\s+/u).filter(word => word !== '').length;
  return [
    ...lowered
      .filter(one => one.start < end && one.end > start)
      .map((one): DomainShift => ({ kind: 'capitals', ...one })),
    ...(/\p{L}/u.test(read) ? [] : [{ kind: 'no-words' } as const]),
    ...place(markup.exec(read), 'markup'),
    ...(languages?.source === 'en' ? place(otherScript.exec(read), 'script') : []),
    ...(longestWords !== undefined && words > longestWords
      ? [{ kind: 'length', words, maxWords: longestWords } as const]
      : []),
  ];
}

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
