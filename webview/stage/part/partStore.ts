/** The state of a live part, and what it runs. */
import type { PartState } from '../../../src/common/protocol/pages/stage';
import { RunStore, type RunState } from '../../common/runStore';

/** What the state of every part has that runs something. */
export type RunningState = RunState;

export const atRest: RunningState = { work: undefined, error: undefined };

/** @param isMissing whether there is no model for it. @param isShown whether there is something to see. */
export const stateOf = (
  { work, error }: RunningState,
  isMissing: boolean,
  isShown: boolean,
): PartState =>
  isMissing ? 'missing' : work ? 'running' : error ? 'error' : isShown ? 'ready' : 'idle';

/** A part says nothing of a run that the user has ended. */
export class PartStore<S extends RunningState> extends RunStore<S> {
  override cancel(): void {
    super.cancel();
    this.change({ error: undefined });
  }
}
