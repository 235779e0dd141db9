/** Reads files ahead of the page's own script. */
import type { FilesAhead } from '../../src/common/protocol/pages/page';
import { hasJspi } from '../../src/common/browser/blobWorker';
import { compileWasm, download, type Download } from './download';

/** What was begun before the page's own script ran; each is taken once. */
interface Ahead {
  readonly downloads: Map<string, Download>;
  readonly compilations: Map<string, Promise<WebAssembly.Module>>;
}

declare global {
  interface Window {
    ahead?: Ahead;
  }
}

/** Begins to read what the page is going to ask for, while its script is on its way. */
export function readAhead({ runtime, model }: FilesAhead): void {
  const { worker, wasm } = hasJspi() ? runtime.jspi : runtime.wasm;
  // The small ones first: a text has its tokens before the model is there.
  const [small, large] = [model.filter(isSmall), model.filter(file => !isSmall(file))];
  window.ahead = {
    downloads: new Map([
      [worker, download(worker)],
      ...small.map(({ uri, bytes }) => [uri, download(uri, bytes)] as const),
    ]),
    compilations: new Map([[wasm, compileWasm(wasm)]]),
  };
  for (const { uri, bytes } of large) {
    window.ahead.downloads.set(uri, download(uri, bytes));
  }
}

const isSmall = ({ bytes }: FilesAhead['model'][number]) => bytes < 2 ** 21;

/** The file that is on its way, else undefined. */
export function takeDownload(uri: string): Download | undefined {
  const begun = window.ahead?.downloads.get(uri);
  window.ahead?.downloads.delete(uri);
  return begun;
}

/** The binary that is being compiled, else undefined. */
export function takeCompilation(uri: string): Promise<WebAssembly.Module> | undefined {
  const begun = window.ahead?.compilations.get(uri);
  window.ahead?.compilations.delete(uri);
  return begun;
}
