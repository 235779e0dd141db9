/** The tokenizer that the editor uses. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Setting } from '../../settings/setting';
import type { Settings } from '../../settings/settings';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import type { Manifest } from '../../../common/protocol/manifest';

/** The id of the model whose tokenizer the editor uses. */
const modelSetting: Setting<unknown> = { name: 'tokens.model', parse: written => written };

const { t } = vscode.l10n;

/** The tokenizer that the editor uses: the one of the model that a setting names. */
export class Tokenizers extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  /** Kept, because every selection and every scroll needs it. */
  #current: Manifest | undefined;

  constructor(
    private readonly models: ModelCatalog,
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

  /** The model that the setting names, or else the newest one. @throws EngineError if there is none. */
  async current(): Promise<Manifest> {
    return (this.#current ??= await this.#find());
  }

  /** Lets the user choose another tokenizer. */
  async choose(): Promise<void> {
    const { id: current } = await this.current();
    const items = (await this.models.manifests()).map(({ id, name, vocabSize }) => ({
      id,
      label: name,
      detail: t('{0} vocabulary entries', vocabSize.toLocaleString()),
      ...(id === current && { description: t('in use') }),
    }));
    const choice = await vscode.window.showQuickPick(items, {
      title: t('Tokenizer for the Editor'),
      placeHolder: t('Which model’s tokens should be counted and coloured?'),
    });
    if (choice) {
      await this.settings.set(modelSetting, choice.id);
    }
  }

  async #find(): Promise<Manifest> {
    const manifests = await this.models.manifests();
    const named = this.settings.get(modelSetting);
    const chosen = manifests.find(({ id }) => id === named);
    return chosen ?? manifests.reduce((a, b) => (b.year > a.year ? b : a));
  }
}
