/** What the user is asked and told when completion is turned on. */

import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Settings } from '../../settings/settings';
import { askKey } from './state';

const { t } = vscode.l10n;

/** Beside which other extensions the person has agreed to have completion. */
const agreedKey = 'lmEvolution.completion.agreed';

/** Asks once whether completion may be on beside other extensions that complete. */
export class Consent extends Disposable {
  #unasked: readonly string[] = [];

  /** @param onChange when other extensions have come or gone. */
  constructor(
    private readonly memento: vscode.Memento,
    onChange: () => void,
  ) {
    super();
    this.#find();
    this.register(
      vscode.extensions.onDidChange(() => {
        this.#find();
        onChange();
      }),
    );
  }

  /** Those that the person was not asked about; looked up once, because the state is asked for with each key. */
  get withoutConsent(): readonly string[] {
    return this.#unasked;
  }

  /** Whether the person agrees to have completion beside all of them. */
  async ask(): Promise<boolean> {
    const others = this.#unasked;
    if (others.length === 0) {
      return true;
    }
    const names = others.map(nameOf);
    const yes = t('Turn On Beside It');
    const choice = await vscode.window.showInformationMessage(
      t(
        '{0} completes text too. With both on, one may hide what the other offers.',
        names.join(', '),
      ),
      yes,
    );
    if (choice !== yes) {
      return false;
    }
    await this.memento.update(agreedKey, [...this.#agreed, ...others]);
    this.#find();
    return true;
  }

  get #agreed(): readonly string[] {
    const agreed = this.memento.get<unknown>(agreedKey);
    return Array.isArray(agreed) ? agreed.filter(id => typeof id === 'string') : [];
  }

  #find(): void {
    const installed = vscode.extensions.all.map(({ id }) => id);
    this.#unasked = withoutConsent(completersAmong(installed), this.#agreed);
  }
}

/** As the list of extensions has it. */
function nameOf(id: string): string {
  // A manifest; VS Code has read it.
  const manifest = vscode.extensions.getExtension<unknown>(id)?.packageJSON as
    { readonly displayName?: string } | undefined;
  return manifest?.displayName ?? id;
}

/** Extensions that show ghost text of their own, in lower case. VS Code does not tell who has a provider. */
const known = new Set([
  'amazonwebservices.aws-toolkit-vscode',
  'amazonwebservices.codewhisperer-for-command-line-companion',
  'augment.vscode-augment',
  'codeium.codeium',
  'continue.continue',
  'github.copilot',
  'github.copilot-chat',
  'ggml-org.llama-vscode',
  'google.geminicodeassist',
  'huggingface.huggingface-vscode',
  'sourcegraph.cody-ai',
  'supermaven.supermaven',
  'tabbyml.vscode-tabby',
  'tabnine.tabnine-vscode',
  'visualstudioexptteam.vscodeintellicode',
]);

/** Of installed extensions those that complete too. @param installed ids, in any case. */
export const completersAmong = (installed: readonly string[]): string[] =>
  installed.filter(id => known.has(id.toLowerCase())).sort();

/** Those that the person has not yet agreed to have beside ours. */
export const withoutConsent = (others: readonly string[], agreed: readonly string[]): string[] =>
  others.filter(id => !agreed.includes(id));

/** Says what a person needs to know who has completion on for the first time. */
export async function introduce(
  modelName: string,
  settings: Pick<Settings, 'setCompletion'>,
): Promise<void> {
  const off = t('Turn Off');
  const choice = await vscode.window.showInformationMessage(
    t(
      '{0} offers text as you write: Tab takes it, Ctrl+Right (Cmd+Right on a Mac) a word of it, {1} asks for several. It runs on this machine and nothing leaves it. Click {0} in the status bar for all else.',
      modelName,
      askKey,
    ),
    t('Got It'),
    off,
  );
  if (choice === off) {
    await settings.setCompletion('enabled', false);
  }
}
