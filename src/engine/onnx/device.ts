/** The choice between WebGPU and WebAssembly. */

import type { GpuFault } from '../../common/protocol/engine/api';
import type { DevicePreference, DeviceReport } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';

/** What a worker knows of WebGPU where it runs. */
export type GpuOffer =
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'adapter';
      readonly name: string;
      readonly id: string;
      readonly isSoftware: boolean;
    };

/**
 * The device to start on.
 *
 * An adapter in software is a true WebGPU device, but hundreds of times slower than WebAssembly: it is taken only
 * for a user who insists on WebGPU. So is one that has computed the model wrongly before.
 *
 * @param fault of this adapter with the requested model.
 * @throws EngineError `device-unavailable` when WebGPU is demanded and there is none.
 */
export function chooseDevice(
  preference: DevicePreference,
  offer: GpuOffer,
  fault?: GpuFault,
): DeviceReport {
  if (preference === 'wasm') {
    return { device: 'wasm', reason: 'chosen in the settings' };
  }
  if (offer.kind === 'none') {
    if (preference === 'webgpu') {
      throw new EngineError(
        'device-unavailable',
        `WebGPU cannot be used: ${offer.reason}. The processor can run the model instead.`,
      );
    }
    return { device: 'wasm', reason: offer.reason };
  }
  if (preference === 'auto' && fault) {
    return { device: 'wasm', reason: fault.reason };
  }
  if (preference === 'auto') {
    return offer.isSoftware
      ? { device: 'wasm', reason: `the only WebGPU adapter is in software (${offer.name})` }
      : { device: 'webgpu', reason: offer.name };
  }
  return {
    device: 'webgpu',
    reason: offer.isSoftware
      ? `chosen in the settings; slow, because the adapter is in software (${offer.name})`
      : `chosen in the settings (${offer.name})`,
  };
}
