import type { TokenizerFiles } from '../../common/protocol/engine/api';
import { EngineError } from '../../common/errors';
import { Tokenizer } from './tokenizer';

/** By the checksums of their files: models share them, and one is opened before the rest of its model is there. */
const opened = new Map<string, WeakRef<Tokenizer>>();

/**
 * A model's tokenizer, held against its manifest.
 *
 * @param files verified already.
 * @throws EngineError `model-invalid`
 */
export function openTokenizer({ manifest, tokenizer: bytes }: TokenizerFiles): Tokenizer {
  const { sha256 } = manifest.files.tokenizer;
  const tokenizer = opened.get(sha256)?.deref() ?? new Tokenizer(bytes);
  opened.set(sha256, new WeakRef(tokenizer));
  if (tokenizer.vocabSize > manifest.vocabSize) {
    throw new EngineError(
      'model-invalid',
      `The manifest of ${manifest.id} promises ${manifest.vocabSize} tokens; its tokenizer has ${tokenizer.vocabSize}.`,
    );
  }
  return tokenizer;
}
