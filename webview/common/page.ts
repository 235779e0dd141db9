import { asEngineError } from '../../src/common/errors';
import type { HostApi } from '../../src/common/protocol/pages/host';
import { link, type Contract, type Handlers, type Remote } from '../../src/common/protocol/rpc';
import { hostPort } from './hostPort';

/** Joins the page to the extension host, of which it may ask `H`. Failures that nobody caught go to its log. */
export function joinHost<H extends HostApi & Contract<H>, P extends Contract<P>>(
  page: Handlers<P>,
): Remote<H> {
  const { remote } = link<H, P>(hostPort(), page);
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
