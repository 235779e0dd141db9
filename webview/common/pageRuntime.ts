import { hasJspi, startBlobWorker } from '../../src/common/browser/blobWorker';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { RuntimeUris } from '../../src/common/protocol/pages/page';
import type { Remote } from '../../src/common/protocol/rpc';
import type { EngineRuntime } from '../../src/common/engineClient/runningEngine';
import { EngineError } from '../../src/common/errors';
import { takeCompilation } from './ahead';
import { fetchBytes, readModel, readTokenizer, unreadable } from './models';
import { compileWasm } from './wasm';

/** What is being made ready, for the line of words at the top. */
export type Stage =
  { readonly kind: 'engine' } | { readonly kind: 'model'; readonly share: number };

/** The engine's runtime in a page: everything is fetched here and handed to a blob worker, which can fetch nothing. */
export function pageRuntime(
  host: Remote<HostApi>,
  uris: RuntimeUris,
  models: readonly Manifest[],
  onStage: (stage: Stage) => void,
): EngineRuntime {
  const build = hasJspi() ? uris.jspi : uris.wasm;
  const manifestOf = (modelId: string) => {
    const manifest = models.find(({ id }) => id === modelId);
    if (!manifest) {
      throw new EngineError('model-missing', `There is no model "${modelId}".`);
    }
    return manifest;
  };
  return {
    startWorker: async () => {
      onStage({ kind: 'engine' });
      return startBlobWorker(await fetchBytes(build.worker, 'runtime-missing'));
    },
    readWasm: async () => {
      try {
        return await (takeCompilation(build.wasm) ?? compileWasm(build.wasm));
      } catch (cause) {
        throw unreadable(build.wasm, 'runtime-missing', cause);
      }
    },
    readModel: async modelId =>
      readModel(host, manifestOf(modelId), (loaded, total) =>
        onStage({ kind: 'model', share: Math.min(1, loaded / total) }),
      ),
    readTokenizer: async modelId => readTokenizer(host, manifestOf(modelId)),
    gpuFaults: { known: () => host.gpuFaults({}), remember: fault => host.rememberGpuFault(fault) },
  };
}
