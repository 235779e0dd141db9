import type { DevicePreference } from '../../common/protocol/engine/types';

/** What to ask the host's engine for. Node has no WebGPU: whoever demands it means the pages. */
export const engineDevice = (preference: DevicePreference): DevicePreference =>
  preference === 'webgpu' ? 'auto' : preference;
