import type { Port } from '../shared/rpc';

/** The port of a web worker to whoever made it. */
export const selfPort: Port = {
  post: (message, transfer = []) => self.postMessage(message, { transfer: [...transfer] }),
  onMessage: listener => {
    const forward = (event: MessageEvent<unknown>) => listener(event.data);
    self.addEventListener('message', forward);
    return () => self.removeEventListener('message', forward);
  },
};
