import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { EnginePort } from '../../../src/engine/engine';
import type { Port } from '../../../src/common/protocol/rpc';

/** Both ends of a true channel: messages are cloned, buffers are moved. */
export function portPair(): { readonly near: Port; readonly far: EnginePort; close(): void } {
  const { port1, port2 } = new MessageChannel();
  return { near: asPort(port1), far: asPort(port2), close: () => port1.close() };
}

const asPort = (port: MessagePort): EnginePort => ({
  post: (message, transfer = []) => port.postMessage(message, [...transfer]),
  onMessage: listener => {
    port.on('message', listener);
    return () => port.off('message', listener);
  },
  drainMessages: () => new Promise(resolve => setImmediate(resolve)),
});

/** Lets messages that are under way arrive, and their answers, and what follows from them; no timer is involved. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}
