/** The engine in a web worker without WebGPU. */

import * as onnx from 'onnxruntime-web/wasm';
import { serveEngine } from '../engine';
import { selfPort } from './selfPort';

serveEngine(selfPort, onnx, () =>
  Promise.resolve({
    kind: 'none',
    reason: 'WebGPU needs JavaScript Promise Integration, which is missing here',
  }),
);
