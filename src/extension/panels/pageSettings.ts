/** The settings that pages follow. */
import type { PageSettings } from '../../common/protocol/pages/page';
import { deviceSetting } from '../engine/chooseDevice';
import { choiceSetting } from '../settings/setting';
import type { Settings } from '../settings/settings';

/** How weights become strengths of colour. */
export const scaleSetting = choiceSetting<PageSettings['scale']>('attention.scale', [
  'sqrt',
  'linear',
]);

export const pageSettings = (settings: Settings): PageSettings => ({
  device: settings.get(deviceSetting),
  scale: settings.get(scaleSetting),
});
