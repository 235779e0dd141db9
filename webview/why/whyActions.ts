import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Remote } from '../../src/common/protocol/rpc';
import type { Store } from '../common/store';
import type { Actions } from './actions';
import { describe } from './describe';
import type { Run } from './run';
import type { SavedState } from './savedState';
import type { WhyState } from './whyState';

export interface ActionParts {
  readonly store: Store<WhyState>;
  readonly host: Remote<HostApi>;
  readonly run: Run;
  readonly rerun: () => void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions({ store, host, run, rerun }: ActionParts): Actions {
  const markdown = () => describe(store.state).markdown;
  /** A refusal of the host is told by the host; here nothing is left to do. */
  const ask = (request: Promise<unknown>) => void request.catch(() => undefined);
  const choose = (change: Partial<SavedState>) => {
    store.update({ saved: { ...store.state.saved, ...change }, pointed: undefined });
    void run.tell();
  };
  return {
    choose: chosen => choose({ chosen }),
    chooseLayer: layer => choose({ layer }),
    chooseHead: head => choose({ head }),
    point: pointed => {
      if (pointed !== store.state.pointed) {
        store.update({ pointed });
      }
    },
    reveal: index => {
      const token = store.state.shown?.explanation.promptTokens[index];
      if (token && token.start < token.end) {
        ask(host.reveal({ segment: 0, start: token.start, end: token.end }));
      }
    },
    cancel: () => run.cancel(),
    retry: rerun,
    setDevice: device => ask(host.setDevice({ device })),
    copyMarkdown: () => ask(host.copy({ text: markdown() })),
    openText: () => ask(host.openText({ markdown: markdown() })),
    showSelection: () => ask(host.showSelection({})),
    showLog: () => ask(host.showLog({})),
  };
}
