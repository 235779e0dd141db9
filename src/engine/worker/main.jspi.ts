/** The engine in a web worker with WebGPU, where WebAssembly can be suspended (JSPI). */

import * as onnx from 'onnxruntime-web/jspi';
import { serveEngine } from '../engine';
import { askForGpu } from './gpuOffer';
import { selfPort } from './selfPort';

serveEngine(selfPort, onnx, askForGpu);
