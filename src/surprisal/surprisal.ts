import * as vscode from 'vscode';
import { Disposable } from '../dispose';
import type { Models } from '../models/models';
import type { EditorInUse } from '../subject/selection';
import type { Settings } from '../settings';
import { abilitiesOf } from '../shared/abilities';
import type { Score } from '../shared/engineApi';
import type { EngineClient } from '../shared/engineClient';
import { EngineError } from '../shared/errors';
import { ShownSurprisal } from './shownSurprisal';
import { SurprisalItem } from './surprisalItem';
import type { Painted } from './surprisalPaint';

const { t } = vscode.l10n;

/** True while it is on: Escape depends on it. */
const onContext = 'lmEvolution.surprisalOn';

export interface SurprisalOptions {
  readonly engine: EngineClient;
  readonly models: Models;
  readonly settings: Settings;
  readonly editorInUse: EditorInUse;
  readonly onRun: (score: Score) => void;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** What is painted now, for tests. */
export interface SurprisalState {
  readonly isOn: boolean;
  /** Whether all that was asked for has been read, as the text is now. */
  readonly isSettled: boolean;
  readonly painted: readonly Painted[];
  readonly words: string;
}

/** Paints a document, or what is selected in it, by how much a language model is surprised at each token. */
export class Surprisal extends Disposable {
  readonly #options: SurprisalOptions;
  readonly #item = this.register(new SurprisalItem());
  #shown: ShownSurprisal | undefined;

  constructor(options: SurprisalOptions) {
    super();
    this.#options = options;
    this.register({ dispose: () => this.#turnOff() });
  }

  get state(): SurprisalState {
    return {
      isOn: this.#shown !== undefined,
      isSettled: this.#shown?.session.isSettled ?? false,
      painted: this.#shown?.paint.painted ?? [],
      words: this.#item.text,
    };
  }

  /** @throws EngineError `input-invalid` where there is no text or the model tells no probabilities, `model-missing`. */
  async toggle(): Promise<void> {
    if (this.#shown) {
      this.#turnOff();
      return;
    }
    const { editorInUse, models, settings } = this.#options;
    const editor = editorInUse.current;
    if (!editor) {
      throw new EngineError(
        'input-invalid',
        t('There is no text here. Open a text editor and select some words.'),
      );
    }
    const modelId = settings.surprisal.model;
    const model = await models.manifest(modelId);
    if (!abilitiesOf(model).includes('predict')) {
      throw new EngineError(
        'input-invalid',
        t(
          '{0} does not say how probable a text is. Choose another in the setting “lmEvolution.surprisal.model”.',
          model.name,
        ),
      );
    }
    this.#turnOff(); // Two at once: the later one counts.
    this.#shown = new ShownSurprisal({
      ...this.#options,
      ...{ editor, model, item: this.#item },
      onClose: () => this.#turnOff(),
      onFailure: error => {
        this.#turnOff();
        this.#options.onFailure(error, () => this.toggle());
      },
    });
    await vscode.commands.executeCommand('setContext', onContext, true);
  }

  #turnOff(): void {
    this.#shown?.dispose();
    this.#shown = undefined;
    this.#item.hide();
    void vscode.commands.executeCommand('setContext', onContext, false);
  }
}
