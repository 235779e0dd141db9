/** What the browser offers of WebGPU. */

import type { GpuOffer } from '../onnx/device';

/** Names of adapters that run on the processor. */
const software = /swiftshader|llvmpipe|lavapipe|basic render|\bwarp\b/i;

/** Asks the browser for its WebGPU adapter. */
export async function askForGpu(): Promise<GpuOffer> {
  // Absent in an older browser, and over plain HTTP, which the type does not say.
  const gpu = navigator.gpu as GPU | undefined;
  if (!gpu) {
    return { kind: 'none', reason: 'WebGPU is not offered here' };
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) {
      return { kind: 'none', reason: 'no WebGPU adapter was found' };
    }
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    const names = [vendor, architecture, device, description].filter(name => name !== '');
    const name = description || [...new Set(names)].join(' ') || 'unnamed adapter';
    return {
      kind: 'adapter',
      name,
      id: [vendor, architecture, device, description].join('/'),
      isSoftware: isFallbackAdapter || software.test(names.join(' ')),
    };
  } catch (error) {
    return { kind: 'none', reason: `asking for a WebGPU adapter failed (${String(error)})` };
  }
}
