/** The tokenizers that the page compares, in order. */
import type { Manifest } from '../../src/common/protocol/manifest';

/** A tokenizer and the models that have it. */
export interface TokenizerOfModels {
  /** The oldest first. */
  readonly models: readonly [Manifest, ...Manifest[]];
}

/** The tokenizers of models, the oldest model first; models whose tokenizer files are alike share one. */
export function tokenizersOf(models: readonly Manifest[]): readonly TokenizerOfModels[] {
  const byFile = new Map<string, [Manifest, ...Manifest[]]>();
  for (const model of models.toSorted((a, b) => a.year - b.year)) {
    const { sha256 } = model.files.tokenizer;
    const others = byFile.get(sha256);
    if (others) {
      others.push(model);
    } else {
      byFile.set(sha256, [model]);
    }
  }
  return Array.from(byFile.values(), alike => ({ models: alike }));
}

/** "BERT (MiniLM, 6 layers)", "GPT-2 and DistilGPT-2". */
export const namesOf = ({ models }: TokenizerOfModels): string =>
  new Intl.ListFormat('en').format(models.map(({ name }) => name));

/** "BERT": for sentences. */
export const shortNameOf = ({ models: [{ name }] }: TokenizerOfModels): string =>
  name.replace(/ \(.*\)$/, '');
