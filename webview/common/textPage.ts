import { asEngineError, type EngineError } from '../../src/common/errors';
import type { TextHostApi } from '../../src/common/protocol/pages/host';
import type { PageStart } from '../../src/common/protocol/pages/page';
import type { Remote } from '../../src/common/protocol/rpc';
import { paintClock } from './paintTiming';
import type { Store } from './store';

/** What the state of every page has that shows a text of the person's. */
export interface TextPageState {
  /** The host has said what there is. */
  readonly isStarted: boolean;
  readonly error: EngineError | undefined;
  /** From being told what to show to its painted picture, in ms. */
  readonly paintMs: number | undefined;
}

/** Asks the host what there is. Again after a model's failure: its folder may have been put right. */
export function askHost(
  host: Remote<TextHostApi>,
  store: Store<TextPageState>,
  start: (answer: PageStart) => void,
): void {
  host.start({}).then(start, (cause: unknown) => {
    store.update({ isStarted: true, error: asEngineError(cause) });
  });
}

/** The painting of what is to be shown follows in this task: of its time only the first counts. */
export function measurePaint(store: Store<Pick<TextPageState, 'paintMs'>>): void {
  paintClock.stop(ms => store.update({ paintMs: store.state.paintMs ?? ms }));
}
