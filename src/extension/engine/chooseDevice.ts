/** The device that models run on: the setting, and the list in which the user chooses. */
import * as vscode from 'vscode';
import type { DevicePreference } from '../../common/protocol/engine/types';
import { choiceSetting } from '../settings/setting';
import type { Settings } from '../settings/settings';

const { t } = vscode.l10n;

/** The device that models run on. */
export const deviceSetting = choiceSetting<DevicePreference>('device', ['auto', 'webgpu', 'wasm']);

/** Lets the user choose the device, and explains each choice. */
export async function chooseDevice(settings: Settings): Promise<void> {
  const current = settings.get(deviceSetting);
  const choices: (vscode.QuickPickItem & { readonly device: DevicePreference })[] = [
    {
      device: 'auto',
      label: t('Automatic'),
      detail: t('WebGPU if there is a real graphics card, otherwise WASM. Recommended.'),
    },
    {
      device: 'webgpu',
      label: 'WebGPU',
      detail: t('The graphics card, even if it is slow or emulated. Fails if there is none.'),
    },
    {
      device: 'wasm',
      label: 'WASM',
      detail: t('The processor. Works everywhere.'),
    },
  ];
  const choice = await vscode.window.showQuickPick(
    choices.map(item => ({
      ...item,
      picked: item.device === current,
      ...(item.device === current && { description: t('in use') }),
    })),
    {
      title: t('Device for Language Models'),
      placeHolder: t('Which device should models run on?'),
    },
  );
  if (choice) {
    await settings.set(deviceSetting, choice.device);
  }
}
