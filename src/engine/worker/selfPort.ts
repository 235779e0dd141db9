/** The port of a web worker to its owner. */

import type { Port } from '../../common/protocol/rpc';

export const selfPort: Port & { drainMessages(): Promise<void> } = {
  post: (message, transfer = []) => self.postMessage(message, { transfer: [...transfer] }),
  onMessage: listener => {
    const forward = (event: MessageEvent<unknown>) => listener(event.data);
    self.addEventListener('message', forward);
    return () => self.removeEventListener('message', forward);
  },
  drainMessages: () =>
    new Promise(resolve => {
      // A message to itself comes after those that wait.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    }),
};
