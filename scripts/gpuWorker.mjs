import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * A web worker as far as the shipped script needs one, in a thread of Node: with WebGPU by Dawn, which npm carries as
 * `webgpu`.
 *
 * @typedef {(event: { data: unknown }) => void} Listener
 * @typedef {{ create(options: readonly string[]): unknown, globals: object }} Dawn
 */

/** @type {{ script: string, dawn: string }} */
const { script, dawn } = workerData;
/** @type {Dawn} */
const { create, globals } = await import(pathToFileURL(dawn).href);

/** @type {Map<Listener, (data: unknown) => void>} */
const listeners = new Map();
/** @param {string} type @param {Listener} listener */
function addEventListener(type, listener) {
  const forward = (/** @type {unknown} */ data) => listener({ data });
  listeners.set(listener, forward);
  parentPort?.on(type, forward);
}
/** @param {string} type @param {Listener} listener */
function removeEventListener(type, listener) {
  parentPort?.off(type, listeners.get(listener) ?? (() => undefined));
}
/** @param {unknown} message @param {{ transfer?: readonly import('node:worker_threads').Transferable[] }} [options] */
function postMessage(message, { transfer = [] } = {}) {
  // eslint-disable-next-line no-restricted-syntax -- It stands in for the platform's own.
  parentPort?.postMessage(message, transfer);
}
Object.assign(globalThis, globals, { addEventListener, removeEventListener, postMessage });
Object.assign(globalThis, { self: globalThis });
Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) } });
(0, eval)(readFileSync(script, 'utf8'));
