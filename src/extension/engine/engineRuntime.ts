/** Connects the extension host's engines to their worker, files and memory. */
import { Uri } from 'vscode';
import type { Setting } from '../settings/setting';
import { type ModelCatalog, readBuffer } from '../modelCatalog/modelCatalog';
import { gunzip } from '../../common/engineClient/modelFolder';
import type { EngineRuntime, GpuFaultMemory } from '../../common/engineClient/runningEngine';
import { EngineError } from '../../common/errors';
import { engineFiles, startWorker } from './platform';

/** The number of threads that models run on, as the user wrote it; `engineThreads` makes a number of it. */
export const threadsSetting: Setting<unknown> = { name: 'threads', parse: written => written };

/**
 * Gives an engine of the extension host a worker of this host's kind, and the files of the extension's folder.
 *
 * @param threads read at each start of a worker.
 */
export function createEngineRuntime(
  extensionUri: Uri,
  models: ModelCatalog,
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
