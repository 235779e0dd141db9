/** The engine in a thread of Node. */

import * as onnx from 'onnxruntime-web/wasm';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { serveEngine } from '../engine';

// Beside this script, as `esbuild.mjs` puts it: each thread of the WebAssembly begins with this file.
onnx.env.wasm.wasmPaths = {
  mjs: pathToFileURL(join(__dirname, 'ort-wasm-simd-threaded.mjs')).href,
};

const port = parentPort;
if (port) {
  serveEngine(
    {
      post: (message, transfer = []) => port.postMessage(message, [...transfer]),
      onMessage: listener => {
        port.on('message', listener);
        return () => port.off('message', listener);
      },
      drainMessages: () => new Promise(resolve => setImmediate(resolve)),
    },
    onnx,
    () => Promise.resolve({ kind: 'none', reason: 'there is no WebGPU outside a page' }),
  );
}
