import * as onnx from 'onnxruntime-web/wasm';
import { parentPort } from 'node:worker_threads';
import { serveEngine } from '../engine/engine';

/** The engine in a thread of Node. */
const port = parentPort;
if (port) {
  serveEngine(
    {
      post: (message, transfer = []) => port.postMessage(message, [...transfer]),
      onMessage: listener => {
        port.on('message', listener);
        return () => port.off('message', listener);
      },
      hear: () => new Promise(resolve => setImmediate(resolve)),
    },
    onnx,
    () => Promise.resolve({ kind: 'none', reason: 'there is no WebGPU outside a page' }),
  );
}
