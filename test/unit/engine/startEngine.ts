import * as onnx from 'onnxruntime-web/wasm';
import { join } from 'node:path';
import { serveEngine } from '../../../src/engine/engine';
import type { EngineApi, EngineEvents } from '../../../src/common/protocol/engine/api';
import type { MeasuredEffect } from '../../../src/common/protocol/engine/ablate';
import type { ComputedColumn } from '../../../src/common/protocol/engine/lens';
import type { StreamedToken } from '../../../src/common/protocol/engine/generate';
import type { ScoredPart } from '../../../src/common/protocol/engine/score';
import { EngineError } from '../../../src/common/errors';
import { link } from '../../../src/common/protocol/rpc';
import { portPair } from '../common/portPair';
import { readBuffer, root } from './modelFolder';

const wasmPath = join(root, 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm');

/** An engine in this thread, started on WebAssembly, behind a true port. */
export async function startEngine() {
  const ports = portPair();
  const streamed: StreamedToken[] = [];
  const parts: ScoredPart[] = [];
  const effects: MeasuredEffect[] = [];
  const columns: ComputedColumn[] = [];
  serveEngine(ports.far, onnx, () => Promise.resolve({ kind: 'none', reason: 'a test' }));
  const { remote, close } = link<EngineApi, EngineEvents>(ports.near, {
    alive: () => undefined,
    deviceLost: () => undefined,
    gpuFault: () => undefined,
    ablated: effect => {
      effects.push(effect);
    },
    lensed: column => {
      columns.push(column);
    },
    scored: part => {
      parts.push(part);
    },
    token: token => {
      streamed.push(token);
    },
  });
  await remote.start({ wasm: readBuffer(wasmPath), device: 'auto' });
  return {
    engine: remote,
    streamed,
    parts,
    effects,
    columns,
    close: () => {
      close();
      ports.close();
    },
  };
}

/** How a call ended. */
export const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'resolved',
    (error: unknown) => (EngineError.is(error) ? error.code : String(error)),
  );
