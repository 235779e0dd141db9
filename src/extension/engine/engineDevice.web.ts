import type { DevicePreference } from '../../common/protocol/engine/types';

/** What to ask the host's engine for: a web host has the same devices as a page. */
export const engineDevice = (preference: DevicePreference): DevicePreference => preference;
