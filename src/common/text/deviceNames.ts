/** Devices as people know them. */
export const deviceNames = { webgpu: 'WebGPU', wasm: 'WASM', auto: 'Automatic' } as const;
