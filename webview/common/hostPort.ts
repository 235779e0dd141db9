import type { Port } from '../../src/common/protocol/rpc';
import { vscode } from './vscodeApi';

/** The pipe to the extension host. VS Code copies what goes through it. */
export const hostPort = (): Port => ({
  post: message => vscode.postMessage(message),
  onMessage: listener => {
    const forward = (event: MessageEvent<unknown>) => listener(event.data);
    window.addEventListener('message', forward);
    return () => window.removeEventListener('message', forward);
  },
});
