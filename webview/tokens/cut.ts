/** Cuts the text into tokens, by every tokenizer that there is. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError, EngineError } from '../../src/common/errors';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { chipsOf } from './chips';
import {
  type FailedRow,
  isFailed,
  type Row,
  type TokenizerOfModels,
  tokenizersOf,
  type TokensState,
} from './tokensState';

/**
 * Cuts a text.
 *
 * @returns what changes when all are done; a tokenizer that fails has a row that says so.
 * @throws EngineError the failure of the first, where all fail: nothing at all can be shown.
 */
export async function cutByAll(
  client: EngineClient,
  { models }: TokensState,
  subject: Subject,
  signal: AbortSignal,
): Promise<Pick<TokensState, 'shown' | 'pointed'>> {
  const { text } = subject.segments[0];
  const rows = await Promise.all(
    tokenizersOf(models).map(tokenizer => cut(client, tokenizer, text, signal)),
  );
  const failed = rows.filter(isFailed);
  const [first] = failed;
  if (first && failed.length === rows.length) {
    throw first.error;
  }
  return { shown: { subject, text, rows }, pointed: undefined };
}

async function cut(
  client: EngineClient,
  tokenizer: TokenizerOfModels,
  text: string,
  signal: AbortSignal,
): Promise<Row | FailedRow> {
  const [{ id: modelId }] = tokenizer.models;
  try {
    const tokenization = await client.tokenize({ modelId, text, stepsOf: [] }, { signal });
    const { detail } = tokenization;
    if (!detail) {
      throw new EngineError('internal', 'The engine said nothing of the tokens.');
    }
    return { tokenizer, kind: detail.kind, chips: chipsOf(tokenization, detail, text) };
  } catch (cause) {
    return { tokenizer, error: asEngineError(cause) };
  }
}
