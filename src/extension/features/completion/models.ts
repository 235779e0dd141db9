/** The models that can complete: what is known about them, and the list to choose one from. */
import * as vscode from 'vscode';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import type { Manifest } from '../../../common/protocol/manifest';
import { filesOf } from '../../../common/engineClient/modelFolder';
import type { ShowList } from './completionItem';
import { completionModels, shortName } from './options';

const { t } = vscode.l10n;

export interface CompletionModel {
  readonly id: string;
  /** The name without what distinguishes it from others of its kind. */
  readonly name: string;
  /** The size of its files. */
  readonly bytes: number;
  readonly parameters: number;
}

/** The models that can complete and that are there. Their names are read once, before they are first shown. */
export class CompletionModels {
  #models: readonly CompletionModel[] | undefined;
  #isReading = false;

  /** @param onChange is called when the names are known. */
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly onChange: () => void,
  ) {}

  /** The name that the user knows a model by; its id until that is known. */
  nameOf(modelId: string): string {
    if (this.#models === undefined && !this.#isReading) {
      this.#isReading = true;
      void this.read();
    }
    return this.#models?.find(({ id }) => id === modelId)?.name ?? modelId;
  }

  /** The models as they are now, the largest first. */
  async read(): Promise<readonly CompletionModel[]> {
    const manifests = await Promise.all(
      completionModels.map(id => this.catalog.manifest(id).catch(() => undefined)),
    );
    const models = manifests
      .flatMap(manifest => (manifest ? [completionModelOf(manifest)] : []))
      .toSorted((a, b) => b.bytes - a.bytes);
    const isFirst = this.#models === undefined;
    this.#models = models;
    if (isFirst) {
      this.onChange();
    }
    return models;
  }
}

/** The next smaller model; undefined if there is none. */
export function smallerThan(
  models: readonly CompletionModel[],
  modelId: string,
): CompletionModel | undefined {
  const at = models.findIndex(({ id }) => id === modelId);
  return at < 0 ? undefined : models[at + 1];
}

/** Asks which model should complete. @returns its id, or undefined if the user closed the list. */
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
    { title: t('Completion Model'), placeHolder: t('Which model should complete your text?') },
  );
  return choice?.id;
}

const completionModelOf = (manifest: Manifest): CompletionModel => ({
  id: manifest.id,
  name: shortName(manifest.name),
  bytes: filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0),
  parameters: manifest.parameters,
});
