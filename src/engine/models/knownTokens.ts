/** Scores of tokens that are given by their ids, with some of what stands before them left out. */
import type { KnownTokens } from '../../common/protocol/engine/score';
import type { Token, Window } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import type { Manifest } from '../../common/protocol/manifest';
import type { Prefix } from '../decoder/decoderGraph';
import type { TextReader } from '../decoder/prefill';
import type { Tokenizer } from '../tokenizer/encoding';

/** What a score reads, and what it scores. */
export interface ScoredInput {
  /** That `tokens` point into. */
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Ids of what is read before them. */
  readonly before: readonly number[];
  readonly window: Window;
  readonly dropped: number;
}

/**
 * The input of tokens that are known.
 *
 * @throws EngineError `input-invalid` where nothing is scored, an id or a stretch does not exist, and `input-too-long`.
 */
export function knownInput(
  { contextLength, vocabSize }: Manifest,
  tokenizer: Tokenizer,
  { read, leftOut = [], scored }: KnownTokens,
): ScoredInput {
  const isId = (id: number) => Number.isInteger(id) && id >= 0 && id < vocabSize;
  if (scored.length === 0 || !read.every(isId) || !scored.every(isId)) {
    throw new EngineError('input-invalid', 'There is no such token to score.');
  }
  const isInOrder = leftOut.every(
    ({ start, end }, index) =>
      Number.isInteger(start) &&
      Number.isInteger(end) &&
      start >= (leftOut[index - 1]?.end ?? 0) &&
      end > start &&
      end <= read.length,
  );
  if (!isInOrder) {
    throw new EngineError('input-invalid', 'There are no such tokens to leave out.');
  }
  if (read.length + scored.length > contextLength) {
    throw new EngineError(
      'input-too-long',
      `${read.length + scored.length} tokens are more than the ${contextLength} that the model reads.`,
    );
  }
  const before = read.filter(
    (_, index) => !leftOut.some(({ start, end }) => start <= index && index < end),
  );
  const { text, tokens } = tokenizer.decode(scored);
  return {
    ...{ text, tokens, before },
    window: { start: 0, count: before.length, total: read.length },
    dropped: read.length - before.length,
  };
}

/**
 * Reads all that is read as far as the first stretch that is left out, unless it is known. What was read is kept again
 * after the score, so that each of many costs only what follows its stretch.
 *
 * @throws as `TextReader.prefill`.
 */
export async function readWhole(
  reader: TextReader,
  { read, leftOut = [] }: KnownTokens,
  signal: AbortSignal | undefined,
): Promise<Prefix> {
  const first = leftOut[0]?.start ?? 0;
  const { ids } = reader.last;
  const isKnown = read.slice(0, first).every((id, index) => ids[index] === id);
  if (!isKnown) {
    await reader.prefill(read, signal);
  }
  return reader.last;
}
