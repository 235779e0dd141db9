import { availableParallelism } from 'node:os';
import { threadCount } from './threadCount';

/** How many threads the host's engine computes with. @param chosen the setting; 0 is automatic. */
export const engineThreads = (chosen: unknown): number =>
  threadCount(chosen, availableParallelism());
