/** The models that can complete, and the list to choose one of them from. */

import * as vscode from 'vscode';
import type { Models } from '../../modelCatalog/modelCatalog';
import type { Manifest } from '../../../common/protocol/manifest';
import { filesOf } from '../../../common/engineClient/modelFolder';
import type { ShowList } from './menu';
import { shortName, completionModels } from './options';

const { t } = vscode.l10n;

/** A model that can complete. */
export interface CompletionModel {
  readonly id: string;
  /** As people know it, without what tells it from others of its kind. */
  readonly name: string;
  /** Of its files. */
  readonly bytes: number;
  readonly parameters: number;
}

/** Of those that can complete the ones that are there, the largest first. */
export async function completionModelsIn(models: Models): Promise<readonly CompletionModel[]> {
  const manifests = await Promise.all(
    completionModels.map(id => models.manifest(id).catch(() => undefined)),
  );
  return manifests
    .flatMap(manifest => (manifest ? [completionModelOf(manifest)] : []))
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** The next smaller one; undefined where there is none. */
export function smallerThan(
  models: readonly CompletionModel[],
  modelId: string,
): CompletionModel | undefined {
  const at = models.findIndex(({ id }) => id === modelId);
  return at < 0 ? undefined : models[at + 1];
}

/** Asks which model shall complete; undefined where the person has thought better of it. */
export async function chooseCompletionModel(
  models: readonly CompletionModel[],
  current: string,
  showList: ShowList,
): Promise<string | undefined> {
  const about: Readonly<Record<string, string>> = {
    smollm2: t('Writes useful prose and code.'),
    gpt2: t('Quicker; everyday prose, no code: what 2019 felt like.'),
    ulmfit: t('An LSTM of 2018: plain prose only.'),
  };
  const choice = await showList(
    models.map(({ id, name, parameters, bytes }) => ({
      id,
      label: name,
      description: [
        t('{0} million parameters', Math.round(parameters / 1e6)),
        t('{0} MB', Math.round(bytes / 1e6)),
        ...(id === current ? [t('in use')] : []),
      ].join(' · '),
      detail: about[id] ?? '',
    })),
    { title: t('Model That Completes'), placeHolder: t('Which model shall complete your text?') },
  );
  return choice?.id;
}

const completionModelOf = (manifest: Manifest): CompletionModel => ({
  id: manifest.id,
  name: shortName(manifest.name),
  bytes: filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0),
  parameters: manifest.parameters,
});
