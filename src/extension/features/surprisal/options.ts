import { bundledModels } from '../../modelCatalog/bundledModels';

export interface SurprisalOptions {
  /** Id of the model that is surprised. */
  readonly model: string;
  /** Whether very improbable tokens get a hint. */
  readonly hints: boolean;
}

/** The best first, of models small enough to read as one writes. */
const preferred: readonly string[] = ['gpt2', 'smollm2'];

/** Settings as they were written; one that is none counts as its default. @param bundled what there is to choose from. */
export function surprisalOptions(
  { model, hints }: { readonly model: unknown; readonly hints: unknown },
  bundled: readonly string[] = bundledModels,
): SurprisalOptions {
  const usual = preferred.find(id => bundled.includes(id)) ?? 'smollm2';
  return {
    model: typeof model === 'string' && model.trim() !== '' ? model.trim() : usual,
    hints: hints === true,
  };
}
