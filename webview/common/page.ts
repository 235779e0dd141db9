import { asEngineError } from '../../src/common/errors';
import type { HostApi } from '../../src/common/protocol/pages/host';
import { link, type Contract, type Handlers, type Remote } from '../../src/common/protocol/rpc';
import { hostPort } from './hostPort';

/** Joins the page to the extension host. Failures that nobody caught go to its log. */
export function joinHost<P extends Contract<P>>(page: Handlers<P>): Remote<HostApi> {
  const { remote: host } = link<HostApi, P>(hostPort(), page);
  const report = (cause: unknown) => {
    const { code, message } = asEngineError(cause);
    // The host is gone when this fails, and the page with it.
    host.report({ code, message }).catch(() => undefined);
  };
  window.addEventListener('error', event => report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', event => report(event.reason));
  return host;
}
