/** Answers requests for tokens and spellings. */

import type {
  Spelling,
  Tokenization,
  TokenizationDetail,
  TokenizeRequest,
  WordSteps,
} from '../../common/protocol/engine/tokenize';
import type { Token } from '../../common/protocol/engine/types';
import type { Manifest } from '../../common/protocol/manifest';
import { encodeWhole, requireOneText } from './modelInput';
import { type Tokenizer, maxTracedWordLength } from './encoding';

/**
 * The tokens of a text as a model reads it, or of the two texts that an encoder-only model reads, and their traces if
 * requested.
 *
 * @throws EngineError `input-invalid`, `input-too-long`
 */
export function tokenize(
  manifest: Manifest,
  tokenizer: Tokenizer,
  request: TokenizeRequest,
): Tokenization {
  if (manifest.family !== 'encoder-only') {
    requireOneText(manifest, request);
  }
  const whole = encodeWhole(tokenizer, request);
  const end = manifest.family === 'encoder-decoder' ? manifest.tokens?.end : undefined;
  const tokens =
    end === undefined ? whole : [...whole, tokenizer.specialToken(end, whole.at(-1)?.end ?? 0)];
  const { stepsOf } = request;
  return {
    modelId: manifest.id,
    tokens,
    ...(stepsOf !== undefined && { detail: detailOf(tokenizer, tokens, request, stepsOf) }),
  };
}

/** Ids in readable form. */
export const spell = (tokenizer: Tokenizer, ids: readonly number[]): readonly Spelling[] =>
  ids.map(id => tokenizer.spellingOf(id));

function detailOf(
  tokenizer: Tokenizer,
  tokens: readonly Token[],
  { text, textPair = '' }: TokenizeRequest,
  stepsOf: readonly number[] | 'all',
): TokenizationDetail {
  const words = [text, textPair].flatMap(each => tokenizer.encode(each).words);
  return {
    kind: tokenizer.kind,
    bytes: tokens.map(token => tokenizer.bytesOf(token, token.segment === 0 ? text : textPair)),
    words: (stepsOf === 'all' ? words.map((_, word) => word) : stepsOf).flatMap(
      (word): WordSteps[] => {
        const given = words[word];
        return given === undefined || given.length > maxTracedWordLength
          ? []
          : [{ word, ...tokenizer.stepsOf(given) }];
      },
    ),
  };
}
