/** The special tokens around one text or two. */

import type { Tokenizer as Library } from '@huggingface/tokenizers';
import type { TemplatePart } from './encoding';
import { invalidTokenizer } from './tokenizerFile';

/**
 * The special tokens that the post-processor puts around one text or two; none without a post-processor.
 *
 * @throws EngineError `model-invalid` when a text has no place in it, or a special token no id.
 */
export function specialTokenTemplate(
  postProcessor: Library['post_processor'],
  textCount: 1 | 2,
  idOf: (token: string) => number,
): readonly TemplatePart[] {
  // The post-processor knows strings only: two that are no tokens mark the places of the texts.
  const [first, second] = ['\0first', '\0second'] as const;
  const { tokens, token_type_ids: types } = postProcessor?.post_process(
    [first],
    textCount === 2 ? [second] : null,
  ) ?? { tokens: textCount === 2 ? [first, second] : [first] };
  if (!tokens.includes(first) || (textCount === 2 && !tokens.includes(second))) {
    throw invalidTokenizer('post_processor: a text has no place in it');
  }
  return tokens.map((text, index) => {
    const segment = (types?.[index] ?? Number(text === second)) === 1 ? 1 : 0;
    return text === first || text === second
      ? { segment, textIndex: text === first ? 0 : 1 }
      : { segment, special: { id: idOf(text), text } };
  });
}
