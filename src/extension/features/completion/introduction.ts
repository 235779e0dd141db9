import * as vscode from 'vscode';
import type { Settings } from '../../settings/settings';
import { askKey } from './stateWords';

const { t } = vscode.l10n;

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
