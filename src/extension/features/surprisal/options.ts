/** The settings of surprisal. */
import { bundledModels } from '../../modelCatalog/bundledModels';
import { switchSetting, type Setting } from '../../settings/setting';

/** The models for the automatic choice, in order of preference. They are small enough to read while the user writes. */
const preferred: readonly string[] = ['gpt2', 'smollm2'];

/** The id of the model whose surprisal is shown. @param bundled the models to choose from. */
export const surprisalModelSetting = (
  bundled: readonly string[] = bundledModels,
): Setting<string> => ({
  name: 'surprisal.model',
  parse: written =>
    typeof written === 'string' && written.trim() !== ''
      ? written.trim()
      : (preferred.find(id => bundled.includes(id)) ?? 'smollm2'),
});

/** Whether very improbable words get a hint. */
export const hintsSetting = switchSetting('surprisal.hints', false);
