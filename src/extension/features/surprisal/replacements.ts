import type { EngineClient } from '../../../common/engineClient/engineClient';

/** What may stand in the place of a word. */
export interface Replacement {
  readonly text: string;
  /** Of all its tokens together. */
  readonly probability: number;
}

export interface ReplacementRequest {
  readonly modelId: string;
  /** What the model reads: all that stands before the word's first token. */
  readonly before: string;
  /** White space between that and the word, which is part of its first token. */
  readonly lead: string;
  readonly word: string;
  /** The likeliest first tokens, the best first. */
  readonly alternatives: readonly {
    readonly id: number;
    readonly text: string;
    readonly probability: number;
  }[];
}

/** A word that is not at its end after so many tokens is none. */
const maxTokens = 8;
const stop = [' ', '\n', '\t', '.', ',', ';', ':', '!', '?', ')', '"', '('];
const wordStart = /^(?:[\p{L}\p{N}\p{M}_]|['’](?=\p{L}))+/u;

/**
 * Words that would be likelier, each written to its end; a likely token from which none comes is left out. In the place
 * of a sign stands a sign.
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
    const begun = text.slice(lead.length);
    if (!text.startsWith(lead) || begun === '' || /[\s\ufffd]/u.test(begun)) {
      continue;
    }
    if (!isWord) {
      if (!/[\p{L}\p{N}<]/u.test(begun)) {
        found.push({ text: begun, probability });
      }
      continue;
    }
    if (wordStart.exec(begun)?.[0] !== begun) {
      continue;
    }
    const { target, logProbabilities, ...written } = await engine.generate(
      {
        ...{ modelId, text: before, appended: [id], stop },
        strategy: { kind: 'greedy' },
        maxNewTokens: maxTokens,
      },
      { signal },
    );
    const all = begun + written.text;
    const whole = wordStart.exec(all)?.[0] ?? '';
    const hasEnded =
      whole.length < all.length || ['stop', 'end-of-sequence'].includes(written.finish);
    if (hasEnded) {
      const ofWord = target.filter(({ start }) => begun.length + start < whole.length).length;
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
