import type { PredictRequest } from '../../common/protocol/engine/predict';
import type { Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { encodeWithContent, type ModelInput } from './modelInput';
import type { Tokenizer } from './tokenizer';

/**
 * A text with tokens that come after it as they are. Of one that is longer than the context the end is taken, from a
 * place that moves by quarters of the context.
 *
 * @throws EngineError `input-empty` when there is no token at all, `input-too-long`.
 */
export function branchOf(
  tokenizer: Tokenizer,
  contextLength: number,
  { text, appended = [] }: Pick<PredictRequest, 'text' | 'appended'>,
): ModelInput & { readonly text: string } {
  // A text that is white space says enough where something comes after it.
  const { tokens, words } =
    appended.length > 0 ? tokenizer.encode(text) : encodeWithContent(tokenizer, text);
  const after = tokenizer.decode(appended);
  const all: readonly Token[] = [
    ...tokens.map((token): Token => ({ ...token, segment: 0, isSpecial: false })),
    ...after.tokens.map(token => ({
      ...token,
      start: text.length + token.start,
      end: text.length + token.end,
      word: token.word < 0 ? token.word : words.length + token.word,
    })),
  ];
  if (all.length === 0) {
    throw new EngineError('input-empty', 'The text is empty. Write or select some words.');
  }
  const stride = Math.ceil(contextLength / 4);
  const start = Math.max(0, Math.ceil((all.length - contextLength) / stride)) * stride;
  return {
    text: text + after.text,
    tokens: all.slice(start),
    window: { start, count: all.length - start, total: all.length },
    dropped: start,
  };
}
