/** Finds words that would be more probable than an improbable one. */
import type { EngineClient } from '../../../common/engineClient/engineClient';

/** A text that may replace a word. */
export interface Replacement {
  readonly text: string;
  /** The probability of all its tokens together. */
  readonly probability: number;
}

/** The word to replace, and its context. */
export interface ReplacementRequest {
  readonly modelId: string;
  /** The text that the model reads: everything before the word's first token. */
  readonly before: string;
  /** The white space between that and the word, which is part of the word's first token. */
  readonly lead: string;
  readonly word: string;
  /** The most probable first tokens, in descending order. */
  readonly alternatives: readonly {
    readonly id: number;
    readonly text: string;
    readonly probability: number;
  }[];
}

/** A word that has not ended after this many tokens is dropped. */
const maxWordTokens = 8;
const stop = [' ', '\n', '\t', '.', ',', ';', ':', '!', '?', ')', '"', '('];
const wordStart = /^(?:[\p{L}\p{N}\p{M}_]|['’](?=\p{L}))+/u;

/**
 * Finds words that would be more probable, and lets the model write each to its end. A token that leads to no word is left
 * out. A punctuation mark is replaced by punctuation.
 *
 * @throws EngineError as `EngineClient.generate`.
 */
export async function replacementsFor(
  engine: Pick<EngineClient, 'generate'>,
  { modelId, before, lead, word, alternatives }: ReplacementRequest,
  signal: AbortSignal,
): Promise<readonly Replacement[]> {
  const isWord = wordStart.test(word);
  const found: Replacement[] = [];
  for (const { id, text, probability } of alternatives) {
    const beginning = text.slice(lead.length);
    if (!text.startsWith(lead) || beginning === '' || /[\s\ufffd]/u.test(beginning)) {
      continue;
    }
    if (!isWord) {
      if (!/[\p{L}\p{N}<]/u.test(beginning)) {
        found.push({ text: beginning, probability });
      }
      continue;
    }
    if (wordStart.exec(beginning)?.[0] !== beginning) {
      continue;
    }
    const { target, logProbabilities, ...generated } = await engine.generate(
      {
        ...{ modelId, text: before, appended: [id], stop },
        strategy: { kind: 'greedy' },
        maxNewTokens: maxWordTokens,
      },
      { signal },
    );
    const all = beginning + generated.text;
    const whole = wordStart.exec(all)?.[0] ?? '';
    const hasEnded =
      whole.length < all.length || ['stop', 'end-of-sequence'].includes(generated.finish);
    if (hasEnded) {
      const ofWord = target.filter(({ start }) => beginning.length + start < whole.length).length;
      const logProbability = logProbabilities
        .slice(0, ofWord)
        .reduce((sum, each) => sum + each, Math.log(probability));
      found.push({ text: whole, probability: Math.exp(logProbability) });
    }
  }
  const others = found.filter(
    ({ text }, index) => text !== word && found.findIndex(other => other.text === text) === index,
  );
  return others.sort((a, b) => b.probability - a.probability);
}
