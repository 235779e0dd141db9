import type { EngineError } from '../../../src/shared/errors';
import type { PartState } from '../../../src/shared/pageApi';
import type { Work } from '../../page/work';

/** Of a live part's state, what every part has that runs something. */
export interface RunningState {
  readonly work: Work | undefined;
  readonly error: EngineError | undefined;
}

export const atRest: RunningState = { work: undefined, error: undefined };

/** @param isMissing whether there is no model for it. @param isShown whether there is something to see. */
export const stateOf = (
  { work, error }: RunningState,
  isMissing: boolean,
  isShown: boolean,
): PartState =>
  isMissing ? 'missing' : work ? 'running' : error ? 'error' : isShown ? 'ready' : 'idle';
