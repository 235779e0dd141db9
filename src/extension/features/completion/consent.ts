/** The questions and messages to the user when completion is turned on. */
import { completionSettings } from './options';
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Settings } from '../../settings/settings';
import { askKey } from './state';

const { t } = vscode.l10n;

/** The ids of the other extensions that the user agreed to have completion beside. */
const agreedKey = 'lmEvolution.completion.agreed';
/** Set once completion has been on: from then on its status bar item stays, so that it can be turned on again. */
const usedKey = 'lmEvolution.completion.used';

/** Asks once whether completion may be on beside other extensions that complete, and remembers the answer. */
export class Consent extends Disposable {
  #withoutConsent: readonly string[] = [];

  /** @param onChange is called when extensions were installed or removed. */
  constructor(
    private readonly memento: vscode.Memento,
    onChange: () => void,
  ) {
    super();
    this.#readExtensions();
    this.register(
      vscode.extensions.onDidChange(() => {
        this.#readExtensions();
        onChange();
      }),
    );
  }

  /** Other extensions that the user was not asked about. They are looked up once, because each key needs the state. */
  get withoutConsent(): readonly string[] {
    return this.#withoutConsent;
  }

  get wasUsed(): boolean {
    return this.memento.get(usedKey) === true;
  }

  async rememberUse(): Promise<void> {
    await this.memento.update(usedKey, true);
  }

  /** Whether the user agrees to have completion beside all of the other extensions. */
  async ask(): Promise<boolean> {
    const others = this.#withoutConsent;
    if (others.length === 0) {
      return true;
    }
    const yes = t('Turn On Anyway');
    const choice = await vscode.window.showInformationMessage(
      t(
        '{0} also completes text. With both on, one may hide what the other offers.',
        others.map(nameOf).join(', '),
      ),
      yes,
    );
    if (choice !== yes) {
      return false;
    }
    await this.memento.update(agreedKey, [...this.#agreed, ...others]);
    this.#readExtensions();
    return true;
  }

  get #agreed(): readonly string[] {
    const agreed = this.memento.get<unknown>(agreedKey);
    return Array.isArray(agreed) ? agreed.filter(id => typeof id === 'string') : [];
  }

  #readExtensions(): void {
    const installed = vscode.extensions.all.map(({ id }) => id);
    this.#withoutConsent = withoutConsent(completersAmong(installed), this.#agreed);
  }
}

/** The name in the list of extensions. */
function nameOf(id: string): string {
  // VS Code has read and checked this manifest.
  const manifest = vscode.extensions.getExtension<unknown>(id)?.packageJSON as
    { readonly displayName?: string } | undefined;
  return manifest?.displayName ?? id;
}

/** Extensions with ghost text of their own, in lower case. VS Code does not say which extensions have a provider. */
const completers = new Set([
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

/** The installed extensions that also complete. @param installed ids, in any case. */
export const completersAmong = (installed: readonly string[]): string[] =>
  installed.filter(id => completers.has(id.toLowerCase())).sort();

/** The other extensions that the user has not yet agreed to. */
export const withoutConsent = (others: readonly string[], agreed: readonly string[]): string[] =>
  others.filter(id => !agreed.includes(id));

/** Tells the user what to know when completion is on for the first time. */
export async function introduce(modelName: string, settings: Pick<Settings, 'set'>): Promise<void> {
  const off = t('Turn Off');
  const choice = await vscode.window.showInformationMessage(
    t(
      '{0} offers text as you write. Tab accepts it, Ctrl+Right (Cmd+Right on a Mac) accepts a word of it, and {1} asks for several suggestions. It runs on this machine, and nothing leaves it. Click {0} in the status bar for everything else.',
      modelName,
      askKey,
    ),
    t('Got It'),
    off,
  );
  if (choice === off) {
    await settings.set(completionSettings.enabled, false);
  }
}
