/** The engine of a page: everything is fetched in the page and handed to a blob worker, which can fetch nothing. */
import { hasJspi, startBlobWorker } from '../../src/common/browser/blobWorker';
import { EngineClient } from '../../src/common/engineClient/engineClient';
import type { EngineRuntime } from '../../src/common/engineClient/runningEngine';
import { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { PageStart, RuntimeUris } from '../../src/common/protocol/pages/page';
import type { Remote } from '../../src/common/protocol/rpc';
import { takeCompilation } from './ahead';
import { compileWasm } from './download';
import { fetchBytes, readModel, readTokenizer, shortName, unreadable } from './models';
import type { Work } from './progress';

/** What the page of an engine hears of it. */
export interface EngineListener {
  /** What is being made ready, for the line of words at the top. */
  onProgress?(news: Partial<Work>): void;
  /** The device of the engine may be another, or be known now. */
  onChange?(client: EngineClient): void;
}

/**
 * Makes the engine of a page, which starts on its first use, and keeps the host's account of the models in memory true:
 * the host hears that work with a model begins before the model is loaded, for then the page is not the longest idle.
 */
export function createPageEngine(
  host: Remote<HostApi>,
  { models, runtime, settings }: Pick<PageStart, 'models' | 'runtime' | 'settings'>,
  { onProgress, onChange }: EngineListener = {},
): EngineClient {
  let told = '';
  const client: EngineClient = new EngineClient(
    pageRuntime(host, runtime, models, news => onProgress?.(news)),
    {
      device: settings.device,
      onUse: () => void host.engineUsed({}).catch(() => undefined),
      onChange: () => {
        onChange?.(client);
        const held = [...client.loads.keys()];
        if (held.join() !== told) {
          told = held.join();
          host.held({ models: held }).catch(() => undefined); // It is wrong until the next one.
        }
      },
    },
  );
  return client;
}

function pageRuntime(
  host: Remote<HostApi>,
  uris: RuntimeUris,
  models: readonly Manifest[],
  onProgress: (news: Partial<Work>) => void,
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
      onProgress({ words: 'Starting the engine', share: undefined });
      return startBlobWorker(await fetchBytes(build.worker, 'runtime-missing'));
    },
    readWasm: async () => {
      try {
        return await (takeCompilation(build.wasm) ?? compileWasm(build.wasm));
      } catch (cause) {
        throw unreadable(build.wasm, 'runtime-missing', cause);
      }
    },
    readModel: async modelId => {
      const manifest = manifestOf(modelId);
      const name = shortName(manifest);
      return readModel(host, manifest, (loaded, total) =>
        onProgress(
          loaded < total
            ? { words: `Reading ${name}`, share: loaded / total }
            : { words: `Preparing ${name}`, share: undefined },
        ),
      );
    },
    readTokenizer: async modelId => readTokenizer(host, manifestOf(modelId)),
    gpuFaults: { known: () => host.gpuFaults({}), remember: fault => host.rememberGpuFault(fault) },
  };
}
