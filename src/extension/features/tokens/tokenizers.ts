import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Setting } from '../../settings/setting';
import type { Settings } from '../../settings/settings';
import type { Models } from '../../modelCatalog/modelCatalog';
import type { Manifest } from '../../../common/protocol/manifest';

/** The id of the model whose tokenizer the editor uses. */
const modelSetting: Setting<unknown> = { name: 'tokens.model', parse: written => written };

const { t } = vscode.l10n;

/** The tokenizer that the editor uses: the one of the model that a setting names. */
export class Tokenizers extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  /** Kept: it is asked for with every selection and every scroll. */
  #current: Manifest | undefined;

  constructor(
    private readonly models: Models,
    private readonly settings: Settings,
  ) {
    super();
    this.register(
      settings.onDidChange(({ affects }) => {
        if (affects(modelSetting)) {
          this.#current = undefined;
          this.#changed.fire();
        }
      }),
    );
  }

  /** Of the models that are there the one that is set, or else the newest. @throws EngineError where there is none. */
  async current(): Promise<Manifest> {
    return (this.#current ??= await this.#find());
  }

  /** Lets the user choose another. */
  async choose(): Promise<void> {
    const { id: current } = await this.current();
    const items = (await this.models.manifests()).map(({ id, name, vocabSize }) => ({
      id,
      label: name,
      detail: t('{0} entries', vocabSize.toLocaleString()),
      ...(id === current && { description: t('in use') }),
    }));
    const choice = await vscode.window.showQuickPick(items, {
      title: t('Tokenizer of the Editor'),
      placeHolder: t('Whose tokens shall be counted and coloured?'),
    });
    if (choice) {
      await this.settings.set(modelSetting, choice.id);
    }
  }

  async #find(): Promise<Manifest> {
    const manifests = await this.models.manifests();
    const named = this.settings.get(modelSetting);
    const set = manifests.find(({ id }) => id === named);
    return set ?? manifests.reduce((newest, one) => (one.year > newest.year ? one : newest));
  }
}
