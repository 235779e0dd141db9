import type { EngineClient } from '../../src/shared/engineClient';
import type { HostApi } from '../../src/shared/pageApi';
import type { Remote } from '../../src/shared/rpc';

/** Tells the host which models the page holds in memory, whenever that has changed. */
export function createHeldTeller(host: Remote<HostApi>): (client: EngineClient) => void {
  let told = '';
  return client => {
    const models = [...client.loads.keys()];
    if (models.join() !== told) {
      told = models.join();
      // Without it, the host counts too little or too much, until the next time.
      host.held({ models }).catch(() => undefined);
    }
  };
}
