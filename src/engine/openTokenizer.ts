import type { TokenizerFiles } from '../shared/engineApi';
import { EngineError } from '../shared/errors';
import { Tokenizer } from './tokenizer';

/**
 * A model's tokenizer, held against its manifest.
 *
 * @param files verified already.
 * @throws EngineError `model-invalid`
 */
export function openTokenizer({ manifest, tokenizer: bytes }: TokenizerFiles): Tokenizer {
  const tokenizer = new Tokenizer(bytes);
  if (tokenizer.vocabSize > manifest.vocabSize) {
    throw new EngineError(
      'model-invalid',
      `The manifest of ${manifest.id} promises ${manifest.vocabSize} tokens; its tokenizer has ${tokenizer.vocabSize}.`,
    );
  }
  return tokenizer;
}
