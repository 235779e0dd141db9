/** Devices as users know them. */
export const deviceNames = { webgpu: 'WebGPU', wasm: 'WASM', auto: 'Automatic' } as const;
