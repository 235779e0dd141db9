import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Remote } from '../../src/common/protocol/rpc';

/** Keeps the host's account of the models in memory true. Without a report it is wrong until the next one. */
export interface MemoryReporter {
  /** Reports that the engine begins work with a model, before it is loaded: then it is not the longest idle. */
  readonly used: () => void;
  /** Reports which models the engine holds, if that has changed. */
  readonly held: (client: EngineClient) => void;
}

export function createMemoryReporter(host: Remote<HostApi>): MemoryReporter {
  let told = '';
  return {
    used: () => void host.engineUsed({}).catch(() => undefined),
    held: client => {
      const models = [...client.loads.keys()];
      if (models.join() !== told) {
        told = models.join();
        host.held({ models }).catch(() => undefined);
      }
    },
  };
}
