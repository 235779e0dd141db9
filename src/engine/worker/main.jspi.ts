import * as onnx from 'onnxruntime-web/jspi';
import { serveEngine } from '../engine';
import { askForGpu } from './gpuOffer';
import { selfPort } from './selfPort';

/** The engine in a web worker with WebGPU, where WebAssembly can be suspended (JSPI). */
serveEngine(selfPort, onnx, askForGpu);
