/** What the extension host gives to an engine of its own. */
import { Uri } from 'vscode';
import type { Setting } from '../settings/setting';
import { readBuffer, type Models } from '../modelCatalog/modelCatalog';
import { gunzip } from './gunzip';
import type { EngineRuntime, GpuFaultMemory } from '../../common/engineClient/runningEngine';
import { EngineError } from '../../common/errors';
import { engineFiles, startWorker } from './platform';

/** How many threads its models run on, as the user wrote it; `engineThreads` makes a number of it. */
export const threadsSetting: Setting<unknown> = { name: 'threads', parse: written => written };

/**
 * What the extension host gives to its engine: a worker of this host's kind, files from the extension's folder.
 *
 * @param threads asked at each start of a worker.
 */
export function createEngineRuntime(
  extensionUri: Uri,
  models: Models,
  gpuFaults: GpuFaultMemory,
  threads: () => number,
): EngineRuntime {
  const inDist = (name: string) => Uri.joinPath(extensionUri, 'dist', name);
  const { worker, wasm } = engineFiles();
  return {
    threads,
    startWorker: () => startWorker(inDist(worker)),
    readWasm: async () => {
      try {
        return await gunzip(await readBuffer(inDist(wasm)));
      } catch (cause) {
        throw new EngineError(
          'runtime-missing',
          `The engine's file ${wasm} cannot be read. Reinstall the extension.`,
          { cause },
        );
      }
    },
    readModel: modelId => models.files(modelId),
    readTokenizer: modelId => models.tokenizer(modelId),
    gpuFaults,
  };
}
