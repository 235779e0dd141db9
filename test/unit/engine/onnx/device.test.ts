import { expect, test } from 'vitest';
import { chooseDevice, type GpuOffer } from '../../../../src/engine/onnx/device';
import type { GpuFault } from '../../../../src/common/protocol/engine/api';
import type { DevicePreference } from '../../../../src/common/protocol/engine/types';
import { EngineError } from '../../../../src/common/errors';

const none: GpuOffer = { kind: 'none', reason: 'no WebGPU adapter was found' };
const software: GpuOffer = {
  kind: 'adapter',
  name: 'google swiftshader',
  id: 'g',
  isSoftware: true,
};
const hardware: GpuOffer = { kind: 'adapter', name: 'NVIDIA ada', id: 'n', isSoftware: false };

const fault = { adapter: 'n', modelId: 'gpt2', reason: 'it computed GPT-2 wrongly' };

const cases: readonly (readonly [DevicePreference, GpuOffer, string, GpuFault?])[] = [
  ['auto', none, 'wasm: no WebGPU adapter was found'],
  ['auto', software, 'wasm: the only WebGPU adapter is in software (google swiftshader)'],
  ['auto', hardware, 'webgpu: NVIDIA ada'],
  ['wasm', hardware, 'wasm: chosen in the settings'],
  ['webgpu', hardware, 'webgpu: chosen in the settings (NVIDIA ada)'],
  [
    'webgpu',
    software,
    'webgpu: chosen in the settings; slow, because the adapter is in software (google swiftshader)',
  ],
  ['webgpu', none, 'device-unavailable'],
  ['auto', hardware, 'wasm: it computed GPT-2 wrongly', fault],
  // Who insists has it tried again.
  ['webgpu', hardware, 'webgpu: chosen in the settings (NVIDIA ada)', fault],
];

test.for(cases)('%s with %o', ([preference, offer, expected, known]) => {
  const choose = () => {
    try {
      const { device, reason } = chooseDevice(preference, offer, known);
      return `${device}: ${reason}`;
    } catch (error) {
      return EngineError.is(error) ? error.code : String(error);
    }
  };
  expect(choose()).toBe(expected);
});
