/** The page's side of VS Code's webview API: the pipe to the extension host, and the state that survives a reload. */
import { asEngineError } from '../../src/common/errors';
import type { HostApi } from '../../src/common/protocol/pages/host';
import {
  type Contract,
  type Handlers,
  link,
  type Port,
  type Remote,
} from '../../src/common/protocol/rpc';

/** It can be asked for once only. */
const vscode = acquireVsCodeApi();

/** What an earlier page has left; it comes from outside and must be checked. */
export const readState = (): unknown => vscode.getState();

/** Keeps what must survive a reload of the window: navigation and arrangement, never results. */
export function writeState(state: object): void {
  vscode.setState(state);
}

/** VS Code copies what goes through it. */
const port: Port = {
  post: message => vscode.postMessage(message),
  onMessage: listener => {
    const forward = (event: MessageEvent<unknown>) => listener(event.data);
    window.addEventListener('message', forward);
    return () => window.removeEventListener('message', forward);
  },
};

/** Joins the page to the extension host, which offers `H` to it. Failures that nobody caught go to its log. */
export function joinHost<H extends HostApi & Contract<H>, P extends Contract<P>>(
  page: Handlers<P>,
): Remote<H> {
  const { remote } = link<H, P>(port, page);
  const host: Remote<HostApi> = remote;
  const report = (cause: unknown) => {
    const { code, message } = asEngineError(cause);
    // The host is gone when this fails, and the page with it.
    host.report({ code, message }).catch(() => undefined);
  };
  window.addEventListener('error', event => report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', event => report(event.reason));
  return remote;
}
