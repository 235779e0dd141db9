import type { Analysis } from '../../../src/common/protocol/engine/analyze';
import type { PartContext } from './livePart';

/** Tells the host what has run, and on what. */
export function tellRun({ client, host }: PartContext, analysis: Analysis): void {
  const { modelId, source, runMs } = analysis;
  const { device } = client;
  if (device) {
    void host.analysed({ modelId, device, tokenCount: source.length, runMs });
  }
}
